# A stranded voter (Z-DI-10). 1 leads epoch 2 with 2, 3 and 5. 3 and 5 lose it for a moment and turn to
# candidate 4, which proposes epoch 3; only 3 hears it, then the candidate fails. 5 goes back to 1.
server 1 accepted=1 current=1 log=1:1
server 2 accepted=1 current=1 log=1:1
server 3 accepted=1 current=1 log=1:1
server 4 accepted=1 current=1 log=1:1
server 5 accepted=1 current=1 log=1:1
lead 1
follow 2 1 3 1 5 1
----
2 > send FOLLOWERINFO 0x100000000 to the leader
3 > send FOLLOWERINFO 0x100000000 to the leader
5 > send FOLLOWERINFO 0x100000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x100000000 from 2
1 hears FOLLOWERINFO 0x100000000 from 3
1 > propose epoch 2
1 > store acceptedEpoch 2
1 > send LEADERINFO 0x200000000 to 2
1 > send LEADERINFO 0x200000000 to 3
1 hears FOLLOWERINFO 0x100000000 from 5
1 > send LEADERINFO 0x200000000 to 5
2 hears LEADERINFO 0x200000000 from 1
2 > store acceptedEpoch 2
2 > send ACKEPOCH 0x100000001 epoch 1 to the leader
3 hears LEADERINFO 0x200000000 from 1
3 > store acceptedEpoch 2
3 > send ACKEPOCH 0x100000001 epoch 1 to the leader
5 hears LEADERINFO 0x200000000 from 1
5 > store acceptedEpoch 2
5 > send ACKEPOCH 0x100000001 epoch 1 to the leader
1 hears ACKEPOCH 0x100000001 from 2
1 hears ACKEPOCH 0x100000001 from 3
1 > store currentEpoch 2
1 > synchronize 2 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 2
1 > send NEWLEADER 0x200000000 to 2
1 > synchronize 3 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 3
1 > send NEWLEADER 0x200000000 to 3
1 hears ACKEPOCH 0x100000001 from 5
1 > synchronize 5 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 5
1 > send NEWLEADER 0x200000000 to 5
2 hears DIFF 0x100000001 from 1
2 hears NEWLEADER 0x200000000 from 1
2 > store currentEpoch 2
2 > send ACK 0x200000000 to the leader
3 hears DIFF 0x100000001 from 1
3 hears NEWLEADER 0x200000000 from 1
3 > store currentEpoch 2
3 > send ACK 0x200000000 to the leader
5 hears DIFF 0x100000001 from 1
5 hears NEWLEADER 0x200000000 from 1
5 > store currentEpoch 2
5 > send ACK 0x200000000 to the leader
1 hears ACK 0x200000000 from 2
1 hears ACK 0x200000000 from 3
1 > save snapshot
1 > establish epoch 2
1 > send UPTODATE 0x200000000 to 2
1 > send UPTODATE 0x200000000 to 3
1 hears ACK 0x200000000 from 5
1 > send UPTODATE 0x200000000 to 5
2 hears UPTODATE 0x200000000 from 1
2 > send ACK 0x200000000 to the leader
2 > start serving in epoch 2
3 hears UPTODATE 0x200000000 from 1
3 > send ACK 0x200000000 to the leader
3 > start serving in epoch 2
5 hears UPTODATE 0x200000000 from 1
5 > send ACK 0x200000000 to the leader
5 > start serving in epoch 2
1 hears ACK 0x200000000 from 2
1 hears ACK 0x200000000 from 3
1 hears ACK 0x200000000 from 5

cut 3
----
3 loses its leader

cut 5
----
5 loses its leader

lead 4
follow 3 4 5 4
----
3 > send FOLLOWERINFO 0x200000000 to the leader
5 > send FOLLOWERINFO 0x200000000 to the leader

deliver 3 4
----
4 hears FOLLOWERINFO 0x200000000 from 3

deliver 5 4
----
4 hears FOLLOWERINFO 0x200000000 from 5
4 > propose epoch 3
4 > store acceptedEpoch 3
4 > send LEADERINFO 0x300000000 to 3
4 > send LEADERINFO 0x300000000 to 5

deliver 4 3
----
3 hears LEADERINFO 0x300000000 from 4
3 > store acceptedEpoch 3
3 > send ACKEPOCH 0x100000001 epoch 2 to the leader

crash 4
----
4 crashes

follow 5 1
----
5 > send FOLLOWERINFO 0x200000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x200000000 from 5
1 > send LEADERINFO 0x200000000 to 5
5 hears LEADERINFO 0x200000000 from 1
5 > send ACKEPOCH 0x100000001 epoch -1 to the leader
1 hears ACKEPOCH 0x100000001 from 5
1 > synchronize 5 by DIFF from 0x100000001 to 0x200000000
1 > send DIFF 0x100000001 to 5
1 > send NEWLEADER 0x200000000 to 5
5 hears DIFF 0x100000001 from 1
5 hears NEWLEADER 0x200000000 from 1
5 > store currentEpoch 2
5 > send ACK 0x200000000 to the leader
1 hears ACK 0x200000000 from 5
1 > send UPTODATE 0x200000000 to 5
5 hears UPTODATE 0x200000000 from 1
5 > send ACK 0x200000000 to the leader
5 > start serving in epoch 2
1 hears ACK 0x200000000 from 5

# 3 has promised epoch 3 and cannot join epoch 2, however often it tries. Its promise is not lowered.
follow 3 1
----
3 > send FOLLOWERINFO 0x300000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x300000000 from 3
1 > send LEADERINFO 0x200000000 to 3
3 hears LEADERINFO 0x200000000 from 1
3 > give up: the leader's epoch 2 is below the accepted one, 3

follow 3 1
----
3 > send FOLLOWERINFO 0x300000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x300000000 from 3
1 > send LEADERINFO 0x200000000 to 3
3 hears LEADERINFO 0x200000000 from 1
3 > give up: the leader's epoch 2 is below the accepted one, 3

propose 1
----
1 > send PROPOSAL 0x200000001 to 2
1 > send PROPOSAL 0x200000001 to 5
1 > append 0x200000001

deliver
----
2 hears PROPOSAL 0x200000001 from 1
2 > append 0x200000001
2 > send ACK 0x200000001 to the leader
5 hears PROPOSAL 0x200000001 from 1
5 > append 0x200000001
5 > send ACK 0x200000001 to the leader
1 hears ACK 0x200000001 from 2
1 hears ACK 0x200000001 from 5
1 > commit 0x200000001
1 > send COMMIT 0x200000001 to 2
1 > send COMMIT 0x200000001 to 5
1 > deliver 0x200000001
2 hears COMMIT 0x200000001 from 1
2 > deliver 0x200000001
5 hears COMMIT 0x200000001 from 1
5 > deliver 0x200000001

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001, applied 0x100000001 0x200000001
2 following, serving: epochs 2/2, log 0x100000001 0x200000001, applied 0x100000001 0x200000001
3 looking: epochs 3/2, log 0x100000001, applied 0x100000001
4 down: epochs 3/1, log 0x100000001
5 following, serving: epochs 2/2, log 0x100000001 0x200000001, applied 0x100000001 0x200000001

# The next election hears of it, and the epoch goes above its promise.
crash 1
----
1 crashes

lead 5
follow 2 5 3 5
----
2 > send FOLLOWERINFO 0x200000000 to the leader
3 > send FOLLOWERINFO 0x300000000 to the leader

deliver
----
5 hears FOLLOWERINFO 0x200000000 from 2
5 hears FOLLOWERINFO 0x300000000 from 3
5 > propose epoch 4
5 > store acceptedEpoch 4
5 > send LEADERINFO 0x400000000 to 2
5 > send LEADERINFO 0x400000000 to 3
2 hears LEADERINFO 0x400000000 from 5
2 > store acceptedEpoch 4
2 > send ACKEPOCH 0x200000001 epoch 2 to the leader
3 hears LEADERINFO 0x400000000 from 5
3 > store acceptedEpoch 4
3 > send ACKEPOCH 0x100000001 epoch 2 to the leader
5 hears ACKEPOCH 0x200000001 from 2
5 hears ACKEPOCH 0x100000001 from 3
5 > store currentEpoch 4
5 > synchronize 2 by DIFF from 0x200000001 to 0x200000001
5 > send DIFF 0x200000001 to 2
5 > send NEWLEADER 0x400000000 to 2
5 > synchronize 3 by DIFF from 0x100000001 to 0x200000001
5 > send DIFF 0x200000001 to 3
5 > send PROPOSAL 0x200000001 to 3
5 > send COMMIT 0x200000001 to 3
5 > send NEWLEADER 0x400000000 to 3
2 hears DIFF 0x200000001 from 5
2 hears NEWLEADER 0x400000000 from 5
2 > store currentEpoch 4
2 > send ACK 0x400000000 to the leader
3 hears DIFF 0x200000001 from 5
3 hears PROPOSAL 0x200000001 from 5
3 hears COMMIT 0x200000001 from 5
3 hears NEWLEADER 0x400000000 from 5
3 > append durably 0x200000001
3 > apply history 0x200000001
3 > store currentEpoch 4
3 > send ACK 0x400000000 to the leader
5 hears ACK 0x400000000 from 2
5 hears ACK 0x400000000 from 3
5 > save snapshot
5 > establish epoch 4
5 > send UPTODATE 0x400000000 to 2
5 > send UPTODATE 0x400000000 to 3
2 hears UPTODATE 0x400000000 from 5
2 > send ACK 0x400000000 to the leader
2 > start serving in epoch 4
3 hears UPTODATE 0x400000000 from 5
3 > send ACK 0x400000000 to the leader
3 > start serving in epoch 4
5 hears ACK 0x400000000 from 2
5 hears ACK 0x400000000 from 3

show
----
1 down: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001
2 following, serving: epochs 4/4, log 0x100000001 0x200000001, applied 0x100000001 0x200000001
3 following, serving: epochs 4/4, log 0x100000001 0x200000001, applied 0x100000001 0x200000001
4 down: epochs 3/1, log 0x100000001
5 leading, serving: epochs 4/4, snapshot 0x200000001 of 0x100000001 0x200000001, log 0x100000001 0x200000001, applied 0x100000001 0x200000001

