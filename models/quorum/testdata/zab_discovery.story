# How a new epoch is found: Z-DI-3, Z-DI-4, Z-DI-5, Z-DI-7. Leader 1 waits for a quorum, proposes one
# more than the highest epoch that it heard of, and the promise is on the disk before the answer
# leaves. Observer 4 was promised epoch 6 once; it raises the epoch, but is no part of the quorum.
server 1 accepted=1 current=1 log=1:1-2
server 2 accepted=2 current=1 log=1:1-2
server 3 accepted=1 current=1 log=1:1-2
observer 4 accepted=6 current=1 log=1:1-2
lead 1
follow 4 1 2 1
----
4 > send OBSERVERINFO 0x600000000 to the leader
2 > send FOLLOWERINFO 0x200000000 to the leader

deliver 4 1
----
1 hears OBSERVERINFO 0x600000000 from 4

deliver 2 1
----
1 hears FOLLOWERINFO 0x200000000 from 2
1 > propose epoch 7
1 > store acceptedEpoch 7
1 > send LEADERINFO 0x700000000 to 2
1 > send LEADERINFO 0x700000000 to 4

show
----
1 leading: epochs 7/1, log 0x100000001-2, applied 0x100000001-2
2 following: epochs 2/1, log 0x100000001-2, applied 0x100000001-2
3 looking: epochs 1/1, log 0x100000001-2, applied 0x100000001-2
4 following: epochs 6/1, log 0x100000001-2, applied 0x100000001-2

deliver 1 2
----
2 hears LEADERINFO 0x700000000 from 1
2 > store acceptedEpoch 7
2 > send ACKEPOCH 0x100000002 epoch 1 to the leader

show
----
1 leading: epochs 7/1, log 0x100000001-2, applied 0x100000001-2
2 following: epochs 7/1, log 0x100000001-2, applied 0x100000001-2
3 looking: epochs 1/1, log 0x100000001-2, applied 0x100000001-2
4 following: epochs 6/1, log 0x100000001-2, applied 0x100000001-2

# The observer answers too, but only the follower's promise completes the quorum.
deliver 1 4
----
4 hears LEADERINFO 0x700000000 from 1
4 > store acceptedEpoch 7
4 > send ACKEPOCH 0x100000002 epoch 1 to the leader

deliver 4 1
----
1 hears ACKEPOCH 0x100000002 from 4

deliver 2 1
----
1 hears ACKEPOCH 0x100000002 from 2
1 > store currentEpoch 7
1 > synchronize 2 by DIFF from 0x100000002 to 0x100000002
1 > send DIFF 0x100000002 to 2
1 > send NEWLEADER 0x700000000 to 2
1 > synchronize 4 by DIFF from 0x100000002 to 0x100000002
1 > send DIFF 0x100000002 to 4
1 > send NEWLEADER 0x700000000 to 4

show
----
1 leading: epochs 7/7, log 0x100000001-2, applied 0x100000001-2
2 following: epochs 7/1, log 0x100000001-2, applied 0x100000001-2
3 looking: epochs 1/1, log 0x100000001-2, applied 0x100000001-2
4 following: epochs 7/1, log 0x100000001-2, applied 0x100000001-2

