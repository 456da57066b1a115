# Broadcast with three voters and an observer (Z-BC-1 to Z-BC-3, Z-OB-1, Z-ZX-1): each voter acks what
# its disk has, a quorum of acks commits, observers are told of what has committed.
server 1 accepted=1 current=1 log=1:1
server 2 accepted=1 current=1 log=1:1
server 3 accepted=1 current=1 log=1:1
observer 4 accepted=1 current=1 log=1:1
lead 1
follow 2 1 3 1 4 1
----
2 > send FOLLOWERINFO 0x100000000 to the leader
3 > send FOLLOWERINFO 0x100000000 to the leader
4 > send OBSERVERINFO 0x100000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x100000000 from 2
1 > propose epoch 2
1 > store acceptedEpoch 2
1 > send LEADERINFO 0x200000000 to 2
1 hears FOLLOWERINFO 0x100000000 from 3
1 > send LEADERINFO 0x200000000 to 3
1 hears OBSERVERINFO 0x100000000 from 4
1 > send LEADERINFO 0x200000000 to 4
2 hears LEADERINFO 0x200000000 from 1
2 > store acceptedEpoch 2
2 > send ACKEPOCH 0x100000001 epoch 1 to the leader
3 hears LEADERINFO 0x200000000 from 1
3 > store acceptedEpoch 2
3 > send ACKEPOCH 0x100000001 epoch 1 to the leader
4 hears LEADERINFO 0x200000000 from 1
4 > store acceptedEpoch 2
4 > send ACKEPOCH 0x100000001 epoch 1 to the leader
1 hears ACKEPOCH 0x100000001 from 2
1 > store currentEpoch 2
1 > synchronize 2 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 2
1 > send NEWLEADER 0x200000000 to 2
1 hears ACKEPOCH 0x100000001 from 3
1 > synchronize 3 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 3
1 > send NEWLEADER 0x200000000 to 3
1 hears ACKEPOCH 0x100000001 from 4
1 > synchronize 4 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 4
1 > send NEWLEADER 0x200000000 to 4
2 hears DIFF 0x100000001 from 1
2 hears NEWLEADER 0x200000000 from 1
2 > store currentEpoch 2
2 > send ACK 0x200000000 to the leader
3 hears DIFF 0x100000001 from 1
3 hears NEWLEADER 0x200000000 from 1
3 > store currentEpoch 2
3 > send ACK 0x200000000 to the leader
4 hears DIFF 0x100000001 from 1
4 hears NEWLEADER 0x200000000 from 1
4 > store currentEpoch 2
4 > send ACK 0x200000000 to the leader
1 hears ACK 0x200000000 from 2
1 > save snapshot
1 > establish epoch 2
1 > send UPTODATE 0x200000000 to 2
1 hears ACK 0x200000000 from 3
1 > send UPTODATE 0x200000000 to 3
1 hears ACK 0x200000000 from 4
1 > send UPTODATE 0x200000000 to 4
2 hears UPTODATE 0x200000000 from 1
2 > send ACK 0x200000000 to the leader
2 > start serving in epoch 2
3 hears UPTODATE 0x200000000 from 1
3 > send ACK 0x200000000 to the leader
3 > start serving in epoch 2
4 hears UPTODATE 0x200000000 from 1
4 > send ACK 0x200000000 to the leader
4 > start serving in epoch 2
1 hears ACK 0x200000000 from 2
1 hears ACK 0x200000000 from 3
1 hears ACK 0x200000000 from 4

slow-disk 1
slow-disk 2
propose 1
----
1 > send PROPOSAL 0x200000001 to 2
1 > send PROPOSAL 0x200000001 to 3
1 > append 0x200000001

propose 1
----
1 > send PROPOSAL 0x200000002 to 2
1 > send PROPOSAL 0x200000002 to 3
1 > append 0x200000002

deliver 1 2 2
----
2 hears PROPOSAL 0x200000001 from 1
2 > append 0x200000001
2 hears PROPOSAL 0x200000002 from 1
2 > append 0x200000002

deliver 1 3 2
----
3 hears PROPOSAL 0x200000001 from 1
3 > append 0x200000001
3 > send ACK 0x200000001 to the leader
3 hears PROPOSAL 0x200000002 from 1
3 > append 0x200000002
3 > send ACK 0x200000002 to the leader

# 3's disk is fast; with 2's it is a quorum without the leader's own (Z-BC-2).
deliver 3 1 2
----
1 hears ACK 0x200000001 from 3
1 hears ACK 0x200000002 from 3

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
1 > send INFORM 0x200000001 to 4
1 > deliver 0x200000001

deliver 2 1
----
1 hears ACK 0x200000002 from 2
1 > commit 0x200000002
1 > send COMMIT 0x200000002 to 2
1 > send COMMIT 0x200000002 to 3
1 > send INFORM 0x200000002 to 4
1 > deliver 0x200000002

fsync 1
show
----
1 leading, serving: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001-2, applied 0x100000001 0x200000001-2
2 following, serving: epochs 2/2, log 0x100000001 0x200000001-2, applied 0x100000001
3 following, serving: epochs 2/2, log 0x100000001 0x200000001-2, applied 0x100000001
4 following, serving: epochs 2/2, log 0x100000001, applied 0x100000001

deliver
----
2 hears COMMIT 0x200000001 from 1
2 > deliver 0x200000001
2 hears COMMIT 0x200000002 from 1
2 > deliver 0x200000002
3 hears COMMIT 0x200000001 from 1
3 > deliver 0x200000001
3 hears COMMIT 0x200000002 from 1
3 > deliver 0x200000002
4 hears INFORM 0x200000001 from 1
4 > append 0x200000001
4 > deliver 0x200000001
4 hears INFORM 0x200000002 from 1
4 > append 0x200000002
4 > deliver 0x200000002

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001-2, applied 0x100000001 0x200000001-2
2 following, serving: epochs 2/2, log 0x100000001 0x200000001-2, applied 0x100000001 0x200000001-2
3 following, serving: epochs 2/2, log 0x100000001 0x200000001-2, applied 0x100000001 0x200000001-2
4 following, serving: epochs 2/2, log 0x100000001 0x200000001-2, applied 0x100000001 0x200000001-2

# A sync at 2 waits for what is outstanding now; the answer comes behind its COMMIT (Z-SN-1).
propose 1
----
1 > send PROPOSAL 0x200000003 to 2
1 > send PROPOSAL 0x200000003 to 3
1 > append 0x200000003

sync 2 7 1
propose 1
----
1 > send PROPOSAL 0x200000004 to 2
1 > send PROPOSAL 0x200000004 to 3
1 > append 0x200000004

fsync 1
deliver 1 3
----
3 hears PROPOSAL 0x200000003 from 1
3 > append 0x200000003
3 > send ACK 0x200000003 to the leader

deliver 3 1
----
1 hears ACK 0x200000003 from 3
1 > commit 0x200000003
1 > send COMMIT 0x200000003 to 2
1 > send COMMIT 0x200000003 to 3
1 > send INFORM 0x200000003 to 4
1 > deliver 0x200000003
1 > send SYNC 0x200000003 to 2

deliver 1 2 3
----
2 hears PROPOSAL 0x200000003 from 1
2 > append 0x200000003
2 hears PROPOSAL 0x200000004 from 1
2 > append 0x200000004
2 hears COMMIT 0x200000003 from 1
2 > deliver 0x200000003

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001-4, applied 0x100000001 0x200000001-3
2 following, serving: epochs 2/2, log 0x100000001 0x200000001-2, applied 0x100000001 0x200000001-3
3 following, serving: epochs 2/2, log 0x100000001 0x200000001-3, applied 0x100000001 0x200000001-2
4 following, serving: epochs 2/2, log 0x100000001 0x200000001-2, applied 0x100000001 0x200000001-2

