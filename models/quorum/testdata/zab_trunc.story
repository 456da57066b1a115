# TRUNC: old leader 1 logged (1,3), which nobody else has. It comes back while the new leader has
# nothing of its own yet, and cuts its orphan off (Z-SY-2 (2), Z-SY-6 (a), Z-OBS-67).
server 1 accepted=1 current=1 log=1:1-3
server 2 accepted=1 current=1 log=1:1-2
server 3 accepted=1 current=1 log=1:1-2
server 4 accepted=1 current=1 log=1:1-3
server 5 accepted=1 current=1 log=1:1-2
lead 5
follow 2 5 3 5
----
2 > send FOLLOWERINFO 0x100000000 to the leader
3 > send FOLLOWERINFO 0x100000000 to the leader

deliver
----
5 hears FOLLOWERINFO 0x100000000 from 2
5 hears FOLLOWERINFO 0x100000000 from 3
5 > propose epoch 2
5 > store acceptedEpoch 2
5 > send LEADERINFO 0x200000000 to 2
5 > send LEADERINFO 0x200000000 to 3
2 hears LEADERINFO 0x200000000 from 5
2 > store acceptedEpoch 2
2 > send ACKEPOCH 0x100000002 epoch 1 to the leader
3 hears LEADERINFO 0x200000000 from 5
3 > store acceptedEpoch 2
3 > send ACKEPOCH 0x100000002 epoch 1 to the leader
5 hears ACKEPOCH 0x100000002 from 2
5 hears ACKEPOCH 0x100000002 from 3
5 > store currentEpoch 2
5 > synchronize 2 by DIFF from 0x100000002 to 0x100000002
5 > send DIFF 0x100000002 to 2
5 > send NEWLEADER 0x200000000 to 2
5 > synchronize 3 by DIFF from 0x100000002 to 0x100000002
5 > send DIFF 0x100000002 to 3
5 > send NEWLEADER 0x200000000 to 3
2 hears DIFF 0x100000002 from 5
2 hears NEWLEADER 0x200000000 from 5
2 > store currentEpoch 2
2 > send ACK 0x200000000 to the leader
3 hears DIFF 0x100000002 from 5
3 hears NEWLEADER 0x200000000 from 5
3 > store currentEpoch 2
3 > send ACK 0x200000000 to the leader
5 hears ACK 0x200000000 from 2
5 hears ACK 0x200000000 from 3
5 > save snapshot
5 > establish epoch 2
5 > send UPTODATE 0x200000000 to 2
5 > send UPTODATE 0x200000000 to 3
2 hears UPTODATE 0x200000000 from 5
2 > send ACK 0x200000000 to the leader
2 > start serving in epoch 2
3 hears UPTODATE 0x200000000 from 5
3 > send ACK 0x200000000 to the leader
3 > start serving in epoch 2
5 hears ACK 0x200000000 from 2
5 hears ACK 0x200000000 from 3

follow 1 5
----
1 > send FOLLOWERINFO 0x100000000 to the leader

deliver 1 5
----
5 hears FOLLOWERINFO 0x100000000 from 1
5 > send LEADERINFO 0x200000000 to 1

deliver 5 1
----
1 hears LEADERINFO 0x200000000 from 5
1 > store acceptedEpoch 2
1 > send ACKEPOCH 0x100000003 epoch 1 to the leader

deliver 1 5
----
5 hears ACKEPOCH 0x100000003 from 1
5 > synchronize 1 by TRUNC from 0x100000003 to 0x200000000
5 > send TRUNC 0x100000002 to 1
5 > send NEWLEADER 0x200000000 to 1

deliver 5 1 2
----
1 hears TRUNC 0x100000002 from 5
1 > truncate to 0x100000002
1 hears NEWLEADER 0x200000000 from 5
1 > save snapshot
1 > store currentEpoch 2
1 > send ACK 0x200000000 to the leader

show
----
1 following: epochs 2/2, snapshot 0x100000002 of 0x100000001-2, log 0x100000001-2, applied 0x100000001-2
2 following, serving: epochs 2/2, log 0x100000001-2, applied 0x100000001-2
3 following, serving: epochs 2/2, log 0x100000001-2, applied 0x100000001-2
4 looking: epochs 1/1, log 0x100000001-3, applied 0x100000001-3
5 leading, serving: epochs 2/2, snapshot 0x100000002 of 0x100000001-2, log 0x100000001-2, applied 0x100000001-2

deliver
----
5 hears ACK 0x200000000 from 1
5 > send UPTODATE 0x200000000 to 1
1 hears UPTODATE 0x200000000 from 5
1 > send ACK 0x200000000 to the leader
1 > start serving in epoch 2
5 hears ACK 0x200000000 from 1

# 4 has the same orphan, and comes back when the new epoch has a transaction: the next one that the
# leader knows is of another epoch, so the whole state is sent (Z-SY-3, Z-OBS-66).
propose 5
----
5 > send PROPOSAL 0x200000001 to 1
5 > send PROPOSAL 0x200000001 to 2
5 > send PROPOSAL 0x200000001 to 3
5 > append 0x200000001

deliver
----
1 hears PROPOSAL 0x200000001 from 5
1 > append 0x200000001
1 > send ACK 0x200000001 to the leader
2 hears PROPOSAL 0x200000001 from 5
2 > append 0x200000001
2 > send ACK 0x200000001 to the leader
3 hears PROPOSAL 0x200000001 from 5
3 > append 0x200000001
3 > send ACK 0x200000001 to the leader
5 hears ACK 0x200000001 from 1
5 hears ACK 0x200000001 from 2
5 > commit 0x200000001
5 > send COMMIT 0x200000001 to 1
5 > send COMMIT 0x200000001 to 2
5 > send COMMIT 0x200000001 to 3
5 > deliver 0x200000001
5 hears ACK 0x200000001 from 3
1 hears COMMIT 0x200000001 from 5
1 > deliver 0x200000001
2 hears COMMIT 0x200000001 from 5
2 > deliver 0x200000001
3 hears COMMIT 0x200000001 from 5
3 > deliver 0x200000001

follow 4 5
----
4 > send FOLLOWERINFO 0x100000000 to the leader

deliver
----
5 hears FOLLOWERINFO 0x100000000 from 4
5 > send LEADERINFO 0x200000000 to 4
4 hears LEADERINFO 0x200000000 from 5
4 > store acceptedEpoch 2
4 > send ACKEPOCH 0x100000003 epoch 1 to the leader
5 hears ACKEPOCH 0x100000003 from 4
5 > synchronize 4 by SNAP from 0x100000003 to 0x200000001
5 > send SNAP 0x200000001 to 4
5 > send NEWLEADER 0x200000000 to 4
4 hears SNAP 0x200000001 from 5
4 > install snapshot 0x200000001
4 hears NEWLEADER 0x200000000 from 5
4 > save snapshot
4 > store currentEpoch 2
4 > send ACK 0x200000000 to the leader
5 hears ACK 0x200000000 from 4
5 > send UPTODATE 0x200000000 to 4
4 hears UPTODATE 0x200000000 from 5
4 > send ACK 0x200000000 to the leader
4 > start serving in epoch 2
5 hears ACK 0x200000000 from 4

show
----
1 following, serving: epochs 2/2, snapshot 0x100000002 of 0x100000001-2, log 0x100000001-2 0x200000001, applied 0x100000001-2 0x200000001
2 following, serving: epochs 2/2, log 0x100000001-2 0x200000001, applied 0x100000001-2 0x200000001
3 following, serving: epochs 2/2, log 0x100000001-2 0x200000001, applied 0x100000001-2 0x200000001
4 following, serving: epochs 2/2, snapshot 0x200000001 of 0x100000001-2 0x200000001, log nothing, applied 0x100000001-2 0x200000001
5 leading, serving: epochs 2/2, snapshot 0x100000002 of 0x100000001-2, log 0x100000001-2 0x200000001, applied 0x100000001-2 0x200000001

