# Rejoin to the leader that still runs (Z-SY-13). 2 has (2,1) durably and the leader has counted its
# ack, but not committed: three more voters are silent. 2 comes back, is cut below what is
# uncommitted, and its ack is forgotten: with 3's ack alone there are two copies, not three.
server 1 accepted=1 current=1 log=1:1
server 2 accepted=1 current=1 log=1:1
server 3 accepted=1 current=1 log=1:1
server 4 accepted=1 current=1 log=1:1
server 5 accepted=1 current=1 log=1:1
lead 1
follow 2 1 3 1
----
2 > send FOLLOWERINFO 0x100000000 to the leader
3 > send FOLLOWERINFO 0x100000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x100000000 from 2
1 hears FOLLOWERINFO 0x100000000 from 3
1 > propose epoch 2
1 > store acceptedEpoch 2
1 > send LEADERINFO 0x200000000 to 2
1 > send LEADERINFO 0x200000000 to 3
2 hears LEADERINFO 0x200000000 from 1
2 > store acceptedEpoch 2
2 > send ACKEPOCH 0x100000001 epoch 1 to the leader
3 hears LEADERINFO 0x200000000 from 1
3 > store acceptedEpoch 2
3 > send ACKEPOCH 0x100000001 epoch 1 to the leader
1 hears ACKEPOCH 0x100000001 from 2
1 hears ACKEPOCH 0x100000001 from 3
1 > store currentEpoch 2
1 > synchronize 2 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 2
1 > send NEWLEADER 0x200000000 to 2
1 > synchronize 3 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 3
1 > send NEWLEADER 0x200000000 to 3
2 hears DIFF 0x100000001 from 1
2 hears NEWLEADER 0x200000000 from 1
2 > store currentEpoch 2
2 > send ACK 0x200000000 to the leader
3 hears DIFF 0x100000001 from 1
3 hears NEWLEADER 0x200000000 from 1
3 > store currentEpoch 2
3 > send ACK 0x200000000 to the leader
1 hears ACK 0x200000000 from 2
1 hears ACK 0x200000000 from 3
1 > save snapshot
1 > establish epoch 2
1 > send UPTODATE 0x200000000 to 2
1 > send UPTODATE 0x200000000 to 3
2 hears UPTODATE 0x200000000 from 1
2 > send ACK 0x200000000 to the leader
2 > start serving in epoch 2
3 hears UPTODATE 0x200000000 from 1
3 > send ACK 0x200000000 to the leader
3 > start serving in epoch 2
1 hears ACK 0x200000000 from 2
1 hears ACK 0x200000000 from 3

propose 1
----
1 > send PROPOSAL 0x200000001 to 2
1 > send PROPOSAL 0x200000001 to 3
1 > append 0x200000001

deliver 1 2
----
2 hears PROPOSAL 0x200000001 from 1
2 > append 0x200000001
2 > send ACK 0x200000001 to the leader

deliver 2 1
----
1 hears ACK 0x200000001 from 2

cut 2
----
2 loses its leader

follow 2 1
----
2 > send FOLLOWERINFO 0x200000000 to the leader

deliver 2 1
----
1 hears FOLLOWERINFO 0x200000000 from 2
1 > send LEADERINFO 0x200000000 to 2

deliver 1 2
----
2 hears LEADERINFO 0x200000000 from 1
2 > send ACKEPOCH 0x200000001 epoch -1 to the leader

deliver 2 1
----
1 hears ACKEPOCH 0x200000001 from 2
1 > synchronize 2 by TRUNC from 0x200000001 to 0x200000000
1 > send TRUNC 0x100000001 to 2
1 > send PROPOSAL 0x200000001 to 2
1 > send NEWLEADER 0x200000000 to 2

deliver 1 2
----
2 hears TRUNC 0x100000001 from 1
2 > truncate to 0x100000001

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001, applied 0x100000001
2 following: epochs 2/2, log 0x100000001, applied 0x100000001
3 following, serving: epochs 2/2, log 0x100000001, applied 0x100000001
4 looking: epochs 1/1, log 0x100000001, applied 0x100000001
5 looking: epochs 1/1, log 0x100000001, applied 0x100000001

deliver 1 3
----
3 hears PROPOSAL 0x200000001 from 1
3 > append 0x200000001
3 > send ACK 0x200000001 to the leader

deliver 3 1
----
1 hears ACK 0x200000001 from 3

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001, applied 0x100000001
2 following: epochs 2/2, log 0x100000001, applied 0x100000001
3 following, serving: epochs 2/2, log 0x100000001 0x200000001, applied 0x100000001
4 looking: epochs 1/1, log 0x100000001, applied 0x100000001
5 looking: epochs 1/1, log 0x100000001, applied 0x100000001

# 2 logs it again, acks it again, and now it commits.
deliver
----
2 hears PROPOSAL 0x200000001 from 1
2 hears NEWLEADER 0x200000000 from 1
2 > save snapshot
2 > store currentEpoch 2
2 > send ACK 0x200000000 to the leader
2 > append 0x200000001
2 > send ACK 0x200000001 to the leader
1 hears ACK 0x200000000 from 2
1 > send UPTODATE 0x200000000 to 2
1 hears ACK 0x200000001 from 2
1 > commit 0x200000001
1 > send COMMIT 0x200000001 to 2
1 > send COMMIT 0x200000001 to 3
1 > deliver 0x200000001
2 hears UPTODATE 0x200000000 from 1
2 > send ACK 0x200000000 to the leader
2 > start serving in epoch 2
2 hears COMMIT 0x200000001 from 1
2 > deliver 0x200000001
3 hears COMMIT 0x200000001 from 1
3 > deliver 0x200000001
1 hears ACK 0x200000000 from 2

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001, applied 0x100000001 0x200000001
2 following, serving: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001, applied 0x100000001 0x200000001
3 following, serving: epochs 2/2, log 0x100000001 0x200000001, applied 0x100000001 0x200000001
4 looking: epochs 1/1, log 0x100000001, applied 0x100000001
5 looking: epochs 1/1, log 0x100000001, applied 0x100000001

