# Crashes between the steps of Z-SY-6, and the way back (Z-DI-9, Z-SY-10, Z-INV-10). Server 2 is behind
# by a DIFF, server 4 by so much that it needs a SNAP; 1, 3 and 5 keep leading.
window 2
server 1 accepted=2 current=2 log=1:1-3,2:1
server 2 accepted=1 current=1 log=1:1-3
server 3 accepted=2 current=2 log=1:1-3,2:1
server 4 accepted=1 current=1 log=1:1
server 5 accepted=2 current=2 log=1:1-3,2:1
lead 1
follow 3 1 5 1
----
3 > send FOLLOWERINFO 0x200000000 to the leader
5 > send FOLLOWERINFO 0x200000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x200000000 from 3
1 hears FOLLOWERINFO 0x200000000 from 5
1 > propose epoch 3
1 > store acceptedEpoch 3
1 > send LEADERINFO 0x300000000 to 3
1 > send LEADERINFO 0x300000000 to 5
3 hears LEADERINFO 0x300000000 from 1
3 > store acceptedEpoch 3
3 > send ACKEPOCH 0x200000001 epoch 2 to the leader
5 hears LEADERINFO 0x300000000 from 1
5 > store acceptedEpoch 3
5 > send ACKEPOCH 0x200000001 epoch 2 to the leader
1 hears ACKEPOCH 0x200000001 from 3
1 hears ACKEPOCH 0x200000001 from 5
1 > store currentEpoch 3
1 > synchronize 3 by DIFF from 0x200000001 to 0x200000001
1 > send DIFF 0x200000001 to 3
1 > send NEWLEADER 0x300000000 to 3
1 > synchronize 5 by DIFF from 0x200000001 to 0x200000001
1 > send DIFF 0x200000001 to 5
1 > send NEWLEADER 0x300000000 to 5
3 hears DIFF 0x200000001 from 1
3 hears NEWLEADER 0x300000000 from 1
3 > store currentEpoch 3
3 > send ACK 0x300000000 to the leader
5 hears DIFF 0x200000001 from 1
5 hears NEWLEADER 0x300000000 from 1
5 > store currentEpoch 3
5 > send ACK 0x300000000 to the leader
1 hears ACK 0x300000000 from 3
1 hears ACK 0x300000000 from 5
1 > save snapshot
1 > establish epoch 3
1 > send UPTODATE 0x300000000 to 3
1 > send UPTODATE 0x300000000 to 5
3 hears UPTODATE 0x300000000 from 1
3 > send ACK 0x300000000 to the leader
3 > start serving in epoch 3
5 hears UPTODATE 0x300000000 from 1
5 > send ACK 0x300000000 to the leader
5 > start serving in epoch 3
1 hears ACK 0x300000000 from 3
1 hears ACK 0x300000000 from 5

# Between the promise and its answer (Z-DI-5): next time it says that it has promised before.
follow 2 1
----
2 > send FOLLOWERINFO 0x100000000 to the leader

crash-before 2 send ACKEPOCH
deliver
----
1 hears FOLLOWERINFO 0x100000000 from 2
1 > send LEADERINFO 0x300000000 to 2
2 hears LEADERINFO 0x300000000 from 1
2 > store acceptedEpoch 3
2 crashes

restart 2
show
----
1 leading, serving: epochs 3/3, snapshot 0x200000001 of 0x100000001-3 0x200000001, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
2 looking: epochs 3/1, log 0x100000001-3, applied 0x100000001-3
3 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
4 looking: epochs 1/1, log 0x100000001, applied 0x100000001
5 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001

follow 2 1
----
2 > send FOLLOWERINFO 0x300000000 to the leader

deliver 2 1
----
1 hears FOLLOWERINFO 0x300000000 from 2
1 > send LEADERINFO 0x300000000 to 2

deliver 1 2
----
2 hears LEADERINFO 0x300000000 from 1
2 > send ACKEPOCH 0x100000003 epoch -1 to the leader

# Before (b): nothing of the DIFF is on the disk.
deliver 2 1
----
1 hears ACKEPOCH 0x100000003 from 2
1 > synchronize 2 by DIFF from 0x100000003 to 0x300000000
1 > send DIFF 0x200000001 to 2
1 > send PROPOSAL 0x200000001 to 2
1 > send COMMIT 0x200000001 to 2
1 > send NEWLEADER 0x300000000 to 2

crash-before 2 append durably
deliver
----
2 hears DIFF 0x200000001 from 1
2 hears PROPOSAL 0x200000001 from 1
2 hears COMMIT 0x200000001 from 1
2 hears NEWLEADER 0x300000000 from 1
2 crashes

restart 2
show
----
1 leading, serving: epochs 3/3, snapshot 0x200000001 of 0x100000001-3 0x200000001, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
2 looking: epochs 3/1, log 0x100000001-3, applied 0x100000001-3
3 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
4 looking: epochs 1/1, log 0x100000001, applied 0x100000001
5 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001

# Between (b) and (c): the log is ahead of currentEpoch. The restart raises currentEpoch to the log's
# epoch, which has been accepted (Z-DI-9).
follow 2 1
----
2 > send FOLLOWERINFO 0x300000000 to the leader

crash-before 2 store currentEpoch
deliver
----
1 hears FOLLOWERINFO 0x300000000 from 2
1 > send LEADERINFO 0x300000000 to 2
2 hears LEADERINFO 0x300000000 from 1
2 > send ACKEPOCH 0x100000003 epoch -1 to the leader
1 hears ACKEPOCH 0x100000003 from 2
1 > synchronize 2 by DIFF from 0x100000003 to 0x300000000
1 > send DIFF 0x200000001 to 2
1 > send PROPOSAL 0x200000001 to 2
1 > send COMMIT 0x200000001 to 2
1 > send NEWLEADER 0x300000000 to 2
2 hears DIFF 0x200000001 from 1
2 hears PROPOSAL 0x200000001 from 1
2 hears COMMIT 0x200000001 from 1
2 hears NEWLEADER 0x300000000 from 1
2 > append durably 0x200000001
2 > apply history 0x200000001
2 crashes

show
----
1 leading, serving: epochs 3/3, snapshot 0x200000001 of 0x100000001-3 0x200000001, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
2 down: epochs 3/1, log 0x100000001-3 0x200000001
3 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
4 looking: epochs 1/1, log 0x100000001, applied 0x100000001
5 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001

restart 2
show
----
1 leading, serving: epochs 3/3, snapshot 0x200000001 of 0x100000001-3 0x200000001, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
2 looking: epochs 3/2, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
3 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
4 looking: epochs 1/1, log 0x100000001, applied 0x100000001
5 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001

# Between (c) and (d): all is durable, only the leader does not know.
follow 2 1
----
2 > send FOLLOWERINFO 0x300000000 to the leader

crash-before 2 send ACK 0x
deliver
----
1 hears FOLLOWERINFO 0x300000000 from 2
1 > send LEADERINFO 0x300000000 to 2
2 hears LEADERINFO 0x300000000 from 1
2 > send ACKEPOCH 0x200000001 epoch -1 to the leader
1 hears ACKEPOCH 0x200000001 from 2
1 > synchronize 2 by DIFF from 0x200000001 to 0x300000000
1 > send DIFF 0x200000001 to 2
1 > send NEWLEADER 0x300000000 to 2
2 hears DIFF 0x200000001 from 1
2 hears NEWLEADER 0x300000000 from 1
2 > store currentEpoch 3
2 crashes

restart 2
show
----
1 leading, serving: epochs 3/3, snapshot 0x200000001 of 0x100000001-3 0x200000001, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
2 looking: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
3 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
4 looking: epochs 1/1, log 0x100000001, applied 0x100000001
5 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001

# Between (d) and UPTODATE.
follow 2 1
----
2 > send FOLLOWERINFO 0x300000000 to the leader

crash-before 2 start serving
deliver
----
1 hears FOLLOWERINFO 0x300000000 from 2
1 > send LEADERINFO 0x300000000 to 2
2 hears LEADERINFO 0x300000000 from 1
2 > send ACKEPOCH 0x200000001 epoch -1 to the leader
1 hears ACKEPOCH 0x200000001 from 2
1 > synchronize 2 by DIFF from 0x200000001 to 0x300000000
1 > send DIFF 0x200000001 to 2
1 > send NEWLEADER 0x300000000 to 2
2 hears DIFF 0x200000001 from 1
2 hears NEWLEADER 0x300000000 from 1
2 > store currentEpoch 3
2 > send ACK 0x300000000 to the leader
1 hears ACK 0x300000000 from 2
1 > send UPTODATE 0x300000000 to 2
2 hears UPTODATE 0x300000000 from 1
2 > send ACK 0x300000000 to the leader
2 crashes

restart 2
show
----
1 leading, serving: epochs 3/3, snapshot 0x200000001 of 0x100000001-3 0x200000001, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
2 looking: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
3 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
4 looking: epochs 1/1, log 0x100000001, applied 0x100000001
5 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001

# A SNAP that was interrupted before (a) has left nothing (Z-SY-10).
follow 4 1
----
4 > send FOLLOWERINFO 0x100000000 to the leader

crash-before 4 save snapshot
deliver
----
1 hears FOLLOWERINFO 0x100000000 from 4
1 > send LEADERINFO 0x300000000 to 4
4 hears LEADERINFO 0x300000000 from 1
4 > store acceptedEpoch 3
4 > send ACKEPOCH 0x100000001 epoch 1 to the leader
1 hears ACKEPOCH 0x100000001 from 4
1 > synchronize 4 by SNAP from 0x100000001 to 0x300000000
1 > send SNAP 0x300000000 to 4
1 > send NEWLEADER 0x300000000 to 4
4 hears SNAP 0x300000000 from 1
4 > install snapshot 0x300000000
4 hears NEWLEADER 0x300000000 from 1
4 crashes

restart 4
show
----
1 leading, serving: epochs 3/3, snapshot 0x200000001 of 0x100000001-3 0x200000001, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
2 looking: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
3 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
4 looking: epochs 3/1, log 0x100000001, applied 0x100000001
5 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001

# Between (a) and (c), in a SNAP.
follow 4 1
----
4 > send FOLLOWERINFO 0x300000000 to the leader

crash-before 4 store currentEpoch
deliver
----
1 hears FOLLOWERINFO 0x300000000 from 4
1 > send LEADERINFO 0x300000000 to 4
4 hears LEADERINFO 0x300000000 from 1
4 > send ACKEPOCH 0x100000001 epoch -1 to the leader
1 hears ACKEPOCH 0x100000001 from 4
1 > synchronize 4 by SNAP from 0x100000001 to 0x300000000
1 > send SNAP 0x300000000 to 4
1 > send NEWLEADER 0x300000000 to 4
4 hears SNAP 0x300000000 from 1
4 > install snapshot 0x300000000
4 hears NEWLEADER 0x300000000 from 1
4 > save snapshot
4 crashes

show
----
1 leading, serving: epochs 3/3, snapshot 0x200000001 of 0x100000001-3 0x200000001, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
2 looking: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
3 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
4 down: epochs 3/1, snapshot 0x300000000 of 0x100000001-3 0x200000001, log nothing
5 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001

restart 4
show
----
1 leading, serving: epochs 3/3, snapshot 0x200000001 of 0x100000001-3 0x200000001, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
2 looking: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
3 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
4 looking: epochs 3/3, snapshot 0x300000000 of 0x100000001-3 0x200000001, log nothing, applied 0x100000001-3 0x200000001
5 following, serving: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001

# A leader's own crash points: before its promise is durable nobody has heard of the epoch (Z-DI-4).
crash 1
----
1 crashes

crash-before 3 store acceptedEpoch
lead 3
follow 5 3 2 3
----
5 > send FOLLOWERINFO 0x300000000 to the leader
2 > send FOLLOWERINFO 0x300000000 to the leader

deliver
----
3 hears FOLLOWERINFO 0x300000000 from 2
3 hears FOLLOWERINFO 0x300000000 from 5
3 > propose epoch 4
3 crashes

restart 3
show
----
1 down: epochs 3/3, snapshot 0x200000001 of 0x100000001-3 0x200000001, log 0x100000001-3 0x200000001
2 looking: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
3 looking: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
4 looking: epochs 3/3, snapshot 0x300000000 of 0x100000001-3 0x200000001, log nothing, applied 0x100000001-3 0x200000001
5 looking: epochs 3/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001

# And before it has adopted the epoch: it has been promised to it, so the next one is higher (Z-DI-7).
crash-before 3 store currentEpoch
lead 3
follow 5 3 2 3
----
5 > send FOLLOWERINFO 0x300000000 to the leader
2 > send FOLLOWERINFO 0x300000000 to the leader

deliver
----
3 hears FOLLOWERINFO 0x300000000 from 2
3 hears FOLLOWERINFO 0x300000000 from 5
3 > propose epoch 4
3 > store acceptedEpoch 4
3 > send LEADERINFO 0x400000000 to 2
3 > send LEADERINFO 0x400000000 to 5
2 hears LEADERINFO 0x400000000 from 3
2 > store acceptedEpoch 4
2 > send ACKEPOCH 0x200000001 epoch 3 to the leader
5 hears LEADERINFO 0x400000000 from 3
5 > store acceptedEpoch 4
5 > send ACKEPOCH 0x200000001 epoch 3 to the leader
3 hears ACKEPOCH 0x200000001 from 2
3 hears ACKEPOCH 0x200000001 from 5
3 crashes

restart 3
show
----
1 down: epochs 3/3, snapshot 0x200000001 of 0x100000001-3 0x200000001, log 0x100000001-3 0x200000001
2 looking: epochs 4/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
3 looking: epochs 4/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001
4 looking: epochs 3/3, snapshot 0x300000000 of 0x100000001-3 0x200000001, log nothing, applied 0x100000001-3 0x200000001
5 looking: epochs 4/3, log 0x100000001-3 0x200000001, applied 0x100000001-3 0x200000001

