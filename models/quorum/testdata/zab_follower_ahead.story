# A follower with a higher (currentEpoch, last zxid) than the leader's is dropped, and the leader goes
# on with the others (Z-DI-6). Once the quorum is complete it is truncated like any other (Z-SY-2).
server 1 accepted=1 current=1 log=1:1-2
server 2 accepted=1 current=1 log=1:1-3
server 3 accepted=1 current=1 log=1:1-2
lead 1
follow 2 1 3 1
----
2 > send FOLLOWERINFO 0x100000000 to the leader
3 > send FOLLOWERINFO 0x100000000 to the leader

deliver 2 1
----
1 hears FOLLOWERINFO 0x100000000 from 2
1 > propose epoch 2
1 > store acceptedEpoch 2
1 > send LEADERINFO 0x200000000 to 2

deliver 1 2
----
2 hears LEADERINFO 0x200000000 from 1
2 > store acceptedEpoch 2
2 > send ACKEPOCH 0x100000003 epoch 1 to the leader

deliver 2 1
----
1 hears ACKEPOCH 0x100000003 from 2
1 > drop learner 2: follower is ahead of the leader: epoch 1 0x100000003, here epoch 1 0x100000002

show
----
1 leading: epochs 2/1, log 0x100000001-2, applied 0x100000001-2
2 looking: epochs 2/1, log 0x100000001-3, applied 0x100000001-3
3 following: epochs 1/1, log 0x100000001-2, applied 0x100000001-2

deliver
----
1 hears FOLLOWERINFO 0x100000000 from 3
1 > send LEADERINFO 0x200000000 to 3
3 hears LEADERINFO 0x200000000 from 1
3 > store acceptedEpoch 2
3 > send ACKEPOCH 0x100000002 epoch 1 to the leader
1 hears ACKEPOCH 0x100000002 from 3
1 > store currentEpoch 2
1 > synchronize 3 by DIFF from 0x100000002 to 0x100000002
1 > send DIFF 0x100000002 to 3
1 > send NEWLEADER 0x200000000 to 3
3 hears DIFF 0x100000002 from 1
3 hears NEWLEADER 0x200000000 from 1
3 > store currentEpoch 2
3 > send ACK 0x200000000 to the leader
1 hears ACK 0x200000000 from 3
1 > save snapshot
1 > establish epoch 2
1 > send UPTODATE 0x200000000 to 3
3 hears UPTODATE 0x200000000 from 1
3 > send ACK 0x200000000 to the leader
3 > start serving in epoch 2
1 hears ACK 0x200000000 from 3

follow 2 1
----
2 > send FOLLOWERINFO 0x200000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x200000000 from 2
1 > send LEADERINFO 0x200000000 to 2
2 hears LEADERINFO 0x200000000 from 1
2 > send ACKEPOCH 0x100000003 epoch -1 to the leader
1 hears ACKEPOCH 0x100000003 from 2
1 > synchronize 2 by TRUNC from 0x100000003 to 0x200000000
1 > send TRUNC 0x100000002 to 2
1 > send NEWLEADER 0x200000000 to 2
2 hears TRUNC 0x100000002 from 1
2 > truncate to 0x100000002
2 hears NEWLEADER 0x200000000 from 1
2 > save snapshot
2 > store currentEpoch 2
2 > send ACK 0x200000000 to the leader
1 hears ACK 0x200000000 from 2
1 > send UPTODATE 0x200000000 to 2
2 hears UPTODATE 0x200000000 from 1
2 > send ACK 0x200000000 to the leader
2 > start serving in epoch 2
1 hears ACK 0x200000000 from 2

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000002 of 0x100000001-2, log 0x100000001-2, applied 0x100000001-2
2 following, serving: epochs 2/2, snapshot 0x100000002 of 0x100000001-2, log 0x100000001-2, applied 0x100000001-2
3 following, serving: epochs 2/2, log 0x100000001-2, applied 0x100000001-2

# Alone with it, the leader gives up when its patience ends (Z-DI-7): the follower has to lead.
crash 1
----
1 crashes

crash 2
----
2 crashes

crash 3
----
3 crashes

restart 1
restart 2
lead 1
tick 19s
tick 1s
----
1 > give up: no quorum within 20s: of followers

