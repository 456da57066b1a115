# zk.proposal-ack-before-newleader-ack (D-ZA6): 3 comes in while (2,1) is outstanding, and acks that
# before NEWLEADER. The leader drops it, and again at each try (Z-SY-6, Z-INV-24). zab_late_learner
# tells it without the mistake.
mistake zk.proposal-ack-before-newleader-ack
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

deliver
----
1 hears FOLLOWERINFO 0x100000000 from 3
1 > send LEADERINFO 0x200000000 to 3
3 hears LEADERINFO 0x200000000 from 1
3 > store acceptedEpoch 2
3 > send ACKEPOCH 0x100000001 epoch 1 to the leader
1 hears ACKEPOCH 0x100000001 from 3
1 > synchronize 3 by DIFF from 0x100000001 to 0x200000000
1 > send DIFF 0x100000001 to 3
1 > send PROPOSAL 0x200000001 to 3
1 > send NEWLEADER 0x200000000 to 3
3 hears DIFF 0x100000001 from 1
3 hears PROPOSAL 0x200000001 from 1
3 hears NEWLEADER 0x200000000 from 1
3 > append durably 0x200000001
3 > send ACK 0x200000001 to the leader
3 > store currentEpoch 2
3 > send ACK 0x200000000 to the leader
1 hears ACK 0x200000001 from 3
1 > drop learner 3: ACK 0x200000001 where that of NEWLEADER was due

follow 3 1
----
3 > send FOLLOWERINFO 0x200000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x200000000 from 3
1 > send LEADERINFO 0x200000000 to 3
3 hears LEADERINFO 0x200000000 from 1
3 > send ACKEPOCH 0x200000001 epoch -1 to the leader
1 hears ACKEPOCH 0x200000001 from 3
1 > synchronize 3 by TRUNC from 0x200000001 to 0x200000000
1 > send TRUNC 0x100000001 to 3
1 > send PROPOSAL 0x200000001 to 3
1 > send NEWLEADER 0x200000000 to 3
3 hears TRUNC 0x100000001 from 1
3 > truncate to 0x100000001
3 hears PROPOSAL 0x200000001 from 1
3 hears NEWLEADER 0x200000000 from 1
3 > save snapshot
3 > append durably 0x200000001
3 > send ACK 0x200000001 to the leader
3 > store currentEpoch 2
3 > send ACK 0x200000000 to the leader
1 hears ACK 0x200000001 from 3
1 > drop learner 3: ACK 0x200000001 where that of NEWLEADER was due

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001, applied 0x100000001
2 following, serving: epochs 2/2, log 0x100000001, applied 0x100000001
3 looking: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001, applied 0x100000001 0x200000001

