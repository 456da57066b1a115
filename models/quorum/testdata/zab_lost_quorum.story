# A leader that loses its quorum steps down at its next tick (Z-TM-2, Z-TM-6), an observer is no help
# (Z-OB-1). What it had proposed without a quorum is in its log, and if it is elected again that is
# committed (Z-SY-9, Z-OBS-64): its client saw a lost connection.
server 1 accepted=1 current=1 log=1:1
server 2 accepted=1 current=1 log=1:1
server 3 accepted=1 current=1 log=1:1
observer 4 accepted=1 current=1 log=1:1
lead 1
follow 2 1 4 1
----
2 > send FOLLOWERINFO 0x100000000 to the leader
4 > send OBSERVERINFO 0x100000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x100000000 from 2
1 > propose epoch 2
1 > store acceptedEpoch 2
1 > send LEADERINFO 0x200000000 to 2
1 hears OBSERVERINFO 0x100000000 from 4
1 > send LEADERINFO 0x200000000 to 4
2 hears LEADERINFO 0x200000000 from 1
2 > store acceptedEpoch 2
2 > send ACKEPOCH 0x100000001 epoch 1 to the leader
4 hears LEADERINFO 0x200000000 from 1
4 > store acceptedEpoch 2
4 > send ACKEPOCH 0x100000001 epoch 1 to the leader
1 hears ACKEPOCH 0x100000001 from 2
1 > store currentEpoch 2
1 > synchronize 2 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 2
1 > send NEWLEADER 0x200000000 to 2
1 hears ACKEPOCH 0x100000001 from 4
1 > synchronize 4 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 4
1 > send NEWLEADER 0x200000000 to 4
2 hears DIFF 0x100000001 from 1
2 hears NEWLEADER 0x200000000 from 1
2 > store currentEpoch 2
2 > send ACK 0x200000000 to the leader
4 hears DIFF 0x100000001 from 1
4 hears NEWLEADER 0x200000000 from 1
4 > store currentEpoch 2
4 > send ACK 0x200000000 to the leader
1 hears ACK 0x200000000 from 2
1 > save snapshot
1 > establish epoch 2
1 > send UPTODATE 0x200000000 to 2
1 hears ACK 0x200000000 from 4
1 > send UPTODATE 0x200000000 to 4
2 hears UPTODATE 0x200000000 from 1
2 > send ACK 0x200000000 to the leader
2 > start serving in epoch 2
4 hears UPTODATE 0x200000000 from 1
4 > send ACK 0x200000000 to the leader
4 > start serving in epoch 2
1 hears ACK 0x200000000 from 2
1 hears ACK 0x200000000 from 4

crash 2
----
2 crashes

propose 1
----
1 > append 0x200000001

tick 1s
----
1 > send PING 0x200000001 to 4

tick 1s
----
1 > give up: no quorum of synced followers

show
----
1 looking: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001, applied 0x100000001 0x200000001
2 down: epochs 2/2, log 0x100000001
3 looking: epochs 1/1, log 0x100000001, applied 0x100000001
4 looking: epochs 2/2, log 0x100000001, applied 0x100000001

lead 1
follow 3 1
----
3 > send FOLLOWERINFO 0x100000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x100000000 from 3
1 > propose epoch 3
1 > store acceptedEpoch 3
1 > send LEADERINFO 0x300000000 to 3
3 hears LEADERINFO 0x300000000 from 1
3 > store acceptedEpoch 3
3 > send ACKEPOCH 0x100000001 epoch 1 to the leader
1 hears ACKEPOCH 0x100000001 from 3
1 > store currentEpoch 3
1 > synchronize 3 by DIFF from 0x100000001 to 0x200000001
1 > send DIFF 0x200000001 to 3
1 > send PROPOSAL 0x200000001 to 3
1 > send COMMIT 0x200000001 to 3
1 > send NEWLEADER 0x300000000 to 3
3 hears DIFF 0x200000001 from 1
3 hears PROPOSAL 0x200000001 from 1
3 hears COMMIT 0x200000001 from 1
3 hears NEWLEADER 0x300000000 from 1
3 > append durably 0x200000001
3 > apply history 0x200000001
3 > store currentEpoch 3
3 > send ACK 0x300000000 to the leader
1 hears ACK 0x300000000 from 3
1 > save snapshot
1 > establish epoch 3
1 > send UPTODATE 0x300000000 to 3
3 hears UPTODATE 0x300000000 from 1
3 > send ACK 0x300000000 to the leader
3 > start serving in epoch 3
1 hears ACK 0x300000000 from 3

show
----
1 leading, serving: epochs 3/3, snapshot 0x200000001 of 0x100000001 0x200000001, log 0x100000001 0x200000001, applied 0x100000001 0x200000001
2 down: epochs 2/2, log 0x100000001
3 following, serving: epochs 3/3, log 0x100000001 0x200000001, applied 0x100000001 0x200000001
4 looking: epochs 2/2, log 0x100000001, applied 0x100000001

# Its follower is cut off silently: nothing it says arrives any more. It is dropped after syncLimit
# ticks (Z-TM-4), and the quorum is missed (Z-TM-2, Z-TM-3).
tick 1s 9
----
1 > send PING 0x300000000 to 3
1 > send PING 0x300000000 to 3
1 > send PING 0x300000000 to 3
1 > send PING 0x300000000 to 3
1 > send PING 0x300000000 to 3
1 > send PING 0x300000000 to 3
1 > send PING 0x300000000 to 3
1 > send PING 0x300000000 to 3
1 > send PING 0x300000000 to 3

tick 1s
----
1 > drop learner 3: silent for 10s
1 > give up: no quorum of synced followers

show
----
1 looking: epochs 3/3, snapshot 0x200000001 of 0x100000001 0x200000001, log 0x100000001 0x200000001, applied 0x100000001 0x200000001
2 down: epochs 2/2, log 0x100000001
3 looking: epochs 3/3, log 0x100000001 0x200000001, applied 0x100000001 0x200000001
4 looking: epochs 2/2, log 0x100000001, applied 0x100000001

