# A stranded voter (Z-DI-10). Candidate 1 hears 2 and 3 and tells them epoch 3; only 3 gets to hear
# it, and then the candidate fails.
server 1 accepted=2 current=2 log=1:1
server 2 accepted=2 current=2 log=1:1
server 3 accepted=2 current=2 log=1:1
server 4 accepted=1 current=1 log=1:1
server 5 accepted=1 current=1 log=1:1
lead 1
follow 2 1 3 1
----
2 > send FOLLOWERINFO 0x200000000 to the leader
3 > send FOLLOWERINFO 0x200000000 to the leader

deliver 2 1
----
1 hears FOLLOWERINFO 0x200000000 from 2

deliver 3 1
----
1 hears FOLLOWERINFO 0x200000000 from 3
1 > propose epoch 3
1 > store acceptedEpoch 3
1 > send LEADERINFO 0x300000000 to 2
1 > send LEADERINFO 0x300000000 to 3

deliver 1 3
----
3 hears LEADERINFO 0x300000000 from 1
3 > store acceptedEpoch 3
3 > send ACKEPOCH 0x100000001 epoch 2 to the leader

crash 1
----
1 crashes

show
----
1 down: epochs 3/2, log 0x100000001
2 looking: epochs 2/2, log 0x100000001, applied 0x100000001
3 looking: epochs 3/2, log 0x100000001, applied 0x100000001
4 looking: epochs 1/1, log 0x100000001, applied 0x100000001
5 looking: epochs 1/1, log 0x100000001, applied 0x100000001

# 2 leads with 4 and 5, which never heard of epoch 3. It takes the same number, so 3 can come in, but
# its promise is not counted (Z-DI-5).
cut 2
lead 2
follow 3 2 4 2
----
3 > send FOLLOWERINFO 0x300000000 to the leader
4 > send FOLLOWERINFO 0x100000000 to the leader

deliver 3 2
----
2 hears FOLLOWERINFO 0x300000000 from 3

deliver 4 2
----
2 hears FOLLOWERINFO 0x100000000 from 4
2 > propose epoch 4
2 > store acceptedEpoch 4
2 > send LEADERINFO 0x400000000 to 3
2 > send LEADERINFO 0x400000000 to 4

deliver 2 3
----
3 hears LEADERINFO 0x400000000 from 2
3 > store acceptedEpoch 4
3 > send ACKEPOCH 0x100000001 epoch 2 to the leader

deliver 3 2
----
2 hears ACKEPOCH 0x100000001 from 3

crash 2
----
2 crashes

show
----
1 down: epochs 3/2, log 0x100000001
2 down: epochs 4/2, log 0x100000001
3 looking: epochs 4/2, log 0x100000001, applied 0x100000001
4 looking: epochs 1/1, log 0x100000001, applied 0x100000001
5 looking: epochs 1/1, log 0x100000001, applied 0x100000001

# Now 3 has promised 4, and 4 leads in epoch 3 with the two that it hears. 3 can join it at no time:
# it looks again and is refused again, and its promise is not lowered.
restart 1
cut 4
lead 4
follow 5 4 1 4
----
5 > send FOLLOWERINFO 0x100000000 to the leader
1 > send FOLLOWERINFO 0x300000000 to the leader

deliver
----
4 hears FOLLOWERINFO 0x300000000 from 1
4 hears FOLLOWERINFO 0x100000000 from 5
4 > propose epoch 4
4 > store acceptedEpoch 4
4 > send LEADERINFO 0x400000000 to 1
4 > send LEADERINFO 0x400000000 to 5
1 hears LEADERINFO 0x400000000 from 4
1 > store acceptedEpoch 4
1 > send ACKEPOCH 0x100000001 epoch 2 to the leader
5 hears LEADERINFO 0x400000000 from 4
5 > store acceptedEpoch 4
5 > send ACKEPOCH 0x100000001 epoch 1 to the leader
4 hears ACKEPOCH 0x100000001 from 1
4 > drop learner 1: follower is ahead of the leader: epoch 2 0x100000001, here epoch 1 0x100000001
4 hears ACKEPOCH 0x100000001 from 5

follow 3 4
----
3 > send FOLLOWERINFO 0x400000000 to the leader

deliver
----
4 hears FOLLOWERINFO 0x400000000 from 3
4 > send LEADERINFO 0x400000000 to 3
3 hears LEADERINFO 0x400000000 from 4
3 > send ACKEPOCH 0x100000001 epoch -1 to the leader
4 hears ACKEPOCH 0x100000001 from 3

show
----
1 looking: epochs 4/2, log 0x100000001, applied 0x100000001
2 down: epochs 4/2, log 0x100000001
3 following: epochs 4/2, log 0x100000001, applied 0x100000001
4 leading: epochs 4/1, log 0x100000001, applied 0x100000001
5 following: epochs 4/1, log 0x100000001, applied 0x100000001

follow 3 4
----
3 > send FOLLOWERINFO 0x400000000 to the leader

deliver
----
4 hears FOLLOWERINFO 0x400000000 from 3
4 > send LEADERINFO 0x400000000 to 3
3 hears LEADERINFO 0x400000000 from 4
3 > send ACKEPOCH 0x100000001 epoch -1 to the leader
4 hears ACKEPOCH 0x100000001 from 3

# The next election hears it, and the epoch goes above its promise.
crash 4
----
4 crashes

lead 1
follow 3 1 5 1
----
3 > send FOLLOWERINFO 0x400000000 to the leader
5 > send FOLLOWERINFO 0x400000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x400000000 from 3
1 hears FOLLOWERINFO 0x400000000 from 5
1 > propose epoch 5
1 > store acceptedEpoch 5
1 > send LEADERINFO 0x500000000 to 3
1 > send LEADERINFO 0x500000000 to 5
3 hears LEADERINFO 0x500000000 from 1
3 > store acceptedEpoch 5
3 > send ACKEPOCH 0x100000001 epoch 2 to the leader
5 hears LEADERINFO 0x500000000 from 1
5 > store acceptedEpoch 5
5 > send ACKEPOCH 0x100000001 epoch 1 to the leader
1 hears ACKEPOCH 0x100000001 from 3
1 hears ACKEPOCH 0x100000001 from 5
1 > store currentEpoch 5
1 > synchronize 3 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 3
1 > send NEWLEADER 0x500000000 to 3
1 > synchronize 5 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 5
1 > send NEWLEADER 0x500000000 to 5
3 hears DIFF 0x100000001 from 1
3 hears NEWLEADER 0x500000000 from 1
3 > store currentEpoch 5
3 > send ACK 0x500000000 to the leader
5 hears DIFF 0x100000001 from 1
5 hears NEWLEADER 0x500000000 from 1
5 > store currentEpoch 5
5 > send ACK 0x500000000 to the leader
1 hears ACK 0x500000000 from 3
1 hears ACK 0x500000000 from 5
1 > save snapshot
1 > establish epoch 5
1 > send UPTODATE 0x500000000 to 3
1 > send UPTODATE 0x500000000 to 5
3 hears UPTODATE 0x500000000 from 1
3 > send ACK 0x500000000 to the leader
3 > start serving in epoch 5
5 hears UPTODATE 0x500000000 from 1
5 > send ACK 0x500000000 to the leader
5 > start serving in epoch 5
1 hears ACK 0x500000000 from 3
1 hears ACK 0x500000000 from 5

follow 3 1
----
3 > send FOLLOWERINFO 0x500000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x500000000 from 3
1 > send LEADERINFO 0x500000000 to 3
3 hears LEADERINFO 0x500000000 from 1
3 > send ACKEPOCH 0x100000001 epoch -1 to the leader
1 hears ACKEPOCH 0x100000001 from 3
1 > synchronize 3 by DIFF from 0x100000001 to 0x500000000
1 > send DIFF 0x100000001 to 3
1 > send NEWLEADER 0x500000000 to 3
3 hears DIFF 0x100000001 from 1
3 hears NEWLEADER 0x500000000 from 1
3 > store currentEpoch 5
3 > send ACK 0x500000000 to the leader
1 hears ACK 0x500000000 from 3
1 > send UPTODATE 0x500000000 to 3
3 hears UPTODATE 0x500000000 from 1
3 > send ACK 0x500000000 to the leader
3 > start serving in epoch 5
1 hears ACK 0x500000000 from 3

show
----
1 leading, serving: epochs 5/5, snapshot 0x100000001 of 0x100000001, log 0x100000001, applied 0x100000001
2 down: epochs 4/2, log 0x100000001
3 following, serving: epochs 5/5, log 0x100000001, applied 0x100000001
4 down: epochs 4/1, log 0x100000001
5 following, serving: epochs 5/5, log 0x100000001, applied 0x100000001

