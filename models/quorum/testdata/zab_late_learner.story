# Late learners (Z-DI-8, Z-SY-4, Z-SY-7): the epoch stays; what is outstanding follows the history,
# what is new follows NEWLEADER, and UPTODATE comes at once. 3 has had a leader of this epoch already
# and asks not to be counted (Z-DI-5); it logs the outstanding proposal only after its ack of
# NEWLEADER (Z-SY-6), and delivers what commits meanwhile only when it serves (Z-SY-8).
server 1 accepted=1 current=1 log=1:1
server 2 accepted=1 current=1 log=1:1
server 3 accepted=2 current=1 log=1:1
lead 1
slow-disk 1
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

follow 3 1
----
3 > send FOLLOWERINFO 0x200000000 to the leader

deliver 3 1
----
1 hears FOLLOWERINFO 0x200000000 from 3
1 > send LEADERINFO 0x200000000 to 3

deliver 1 3
----
3 hears LEADERINFO 0x200000000 from 1
3 > send ACKEPOCH 0x100000001 epoch -1 to the leader

deliver 3 1
----
1 hears ACKEPOCH 0x100000001 from 3
1 > synchronize 3 by DIFF from 0x100000001 to 0x200000000
1 > send DIFF 0x100000001 to 3
1 > send PROPOSAL 0x200000001 to 3
1 > send NEWLEADER 0x200000000 to 3

propose 1
----
1 > send PROPOSAL 0x200000002 to 2
1 > send PROPOSAL 0x200000002 to 3
1 > append 0x200000002

deliver 1 3 3
----
3 hears DIFF 0x100000001 from 1
3 hears PROPOSAL 0x200000001 from 1
3 hears NEWLEADER 0x200000000 from 1
3 > store currentEpoch 2
3 > send ACK 0x200000000 to the leader
3 > append 0x200000001
3 > send ACK 0x200000001 to the leader

fsync 1
fsync 2
deliver 1 2 2
----
2 hears PROPOSAL 0x200000001 from 1
2 > append 0x200000001
2 hears PROPOSAL 0x200000002 from 1
2 > append 0x200000002

fsync 2
----
2 > send ACK 0x200000001 to the leader
2 > send ACK 0x200000002 to the leader

deliver 2 1
----
1 hears ACK 0x200000001 from 2
1 > commit 0x200000001
1 > send COMMIT 0x200000001 to 2
1 > send COMMIT 0x200000001 to 3
1 > deliver 0x200000001

deliver 1 3 2
----
3 hears PROPOSAL 0x200000002 from 1
3 > append 0x200000002
3 > send ACK 0x200000002 to the leader
3 hears COMMIT 0x200000001 from 1

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001-2, applied 0x100000001 0x200000001
2 following, serving: epochs 2/2, log 0x100000001 0x200000001-2, applied 0x100000001
3 following: epochs 2/2, log 0x100000001 0x200000001-2, applied 0x100000001

deliver
----
2 hears COMMIT 0x200000001 from 1
2 > deliver 0x200000001
1 hears ACK 0x200000002 from 2
1 > commit 0x200000002
1 > send COMMIT 0x200000002 to 2
1 > send COMMIT 0x200000002 to 3
1 > deliver 0x200000002
1 hears ACK 0x200000000 from 3
1 > send UPTODATE 0x200000000 to 3
1 hears ACK 0x200000001 from 3
1 hears ACK 0x200000002 from 3
2 hears COMMIT 0x200000002 from 1
2 > deliver 0x200000002
3 hears COMMIT 0x200000002 from 1
3 hears UPTODATE 0x200000000 from 1
3 > send ACK 0x200000000 to the leader
3 > start serving in epoch 2
3 > deliver 0x200000001
3 > deliver 0x200000002
1 hears ACK 0x200000000 from 3

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001-2, applied 0x100000001 0x200000001-2
2 following, serving: epochs 2/2, log 0x100000001 0x200000001-2, applied 0x100000001 0x200000001-2
3 following, serving: epochs 2/2, log 0x100000001 0x200000001-2, applied 0x100000001 0x200000001-2

