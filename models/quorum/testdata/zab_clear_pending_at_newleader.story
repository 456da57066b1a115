# zk.clear-pending-at-newleader (D-ZA5): 3 comes in while (2,1) is outstanding, which commits between
# its ack of NEWLEADER and UPTODATE; that fells it (Z-SY-8). zab_late_learner tells it without the
# mistake.
mistake zk.clear-pending-at-newleader
server 1 accepted=1 current=1 log=1:1
server 2 accepted=1 current=1 log=1:1
server 3 accepted=1 current=1 log=1:1
lead 1
slow-disk 2
follow 2 1
----
2 > send FOLLOWERINFO 0x100000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x100000000 from 2
1 > propose epoch 2
1 > store acceptedEpoch 2
1 > send LEADERINFO 0x200000000 to 2
2 hears LEADERINFO 0x200000000 from 1
2 > store acceptedEpoch 2
2 > send ACKEPOCH 0x100000001 epoch 1 to the leader
1 hears ACKEPOCH 0x100000001 from 2
1 > store currentEpoch 2
1 > synchronize 2 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 2
1 > send NEWLEADER 0x200000000 to 2
2 hears DIFF 0x100000001 from 1
2 hears NEWLEADER 0x200000000 from 1
2 > store currentEpoch 2
2 > send ACK 0x200000000 to the leader
1 hears ACK 0x200000000 from 2
1 > save snapshot
1 > establish epoch 2
1 > send UPTODATE 0x200000000 to 2
2 hears UPTODATE 0x200000000 from 1
2 > send ACK 0x200000000 to the leader
2 > start serving in epoch 2
1 hears ACK 0x200000000 from 2

propose 1
----
1 > send PROPOSAL 0x200000001 to 2
1 > append 0x200000001

deliver
----
2 hears PROPOSAL 0x200000001 from 1
2 > append 0x200000001

follow 3 1
----
3 > send FOLLOWERINFO 0x100000000 to the leader

deliver 3 1
----
1 hears FOLLOWERINFO 0x100000000 from 3
1 > send LEADERINFO 0x200000000 to 3

deliver 1 3
----
3 hears LEADERINFO 0x200000000 from 1
3 > store acceptedEpoch 2
3 > send ACKEPOCH 0x100000001 epoch 1 to the leader

deliver 3 1
----
1 hears ACKEPOCH 0x100000001 from 3
1 > synchronize 3 by DIFF from 0x100000001 to 0x200000000
1 > send DIFF 0x100000001 to 3
1 > send PROPOSAL 0x200000001 to 3
1 > send NEWLEADER 0x200000000 to 3

fsync 2
----
2 > send ACK 0x200000001 to the leader

deliver 2 1
----
1 hears ACK 0x200000001 from 2
1 > commit 0x200000001
1 > send COMMIT 0x200000001 to 2
1 > send COMMIT 0x200000001 to 3
1 > deliver 0x200000001

deliver 1 3 4
----
3 hears DIFF 0x100000001 from 1
3 hears PROPOSAL 0x200000001 from 1
3 hears NEWLEADER 0x200000000 from 1
3 > store currentEpoch 2
3 > send ACK 0x200000000 to the leader
3 > append 0x200000001
3 > send ACK 0x200000001 to the leader
3 hears COMMIT 0x200000001 from 1
3 > exit: COMMIT 0x200000001 finds an empty queue
!! 3 exits: COMMIT 0x200000001 finds an empty queue
3 crashes

