# zk.ack-newleader-before-log (D-ZA1): 1 has (1,2), which 3 lacks like 2. 2 syncs by DIFF, acks, and
# crashes before UPTODATE, with nothing of it on its disk. Leader 1 has established itself with that
# ack and serves (1,2); it is lost, and so is what it served (Z-INV-6, Z-INV-11).
mistake zk.ack-newleader-before-log
server 1 accepted=1 current=1 log=1:1-2
server 2 accepted=1 current=1 log=1:1
server 3 accepted=1 current=1 log=1:1
lead 1
follow 2 1
----
2 > send FOLLOWERINFO 0x100000000 to the leader

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
2 > send ACKEPOCH 0x100000001 epoch 1 to the leader

deliver 2 1
----
1 hears ACKEPOCH 0x100000001 from 2
1 > store currentEpoch 2
1 > synchronize 2 by DIFF from 0x100000001 to 0x100000002
1 > send DIFF 0x100000002 to 2
1 > send PROPOSAL 0x100000002 to 2
1 > send COMMIT 0x100000002 to 2
1 > send NEWLEADER 0x200000000 to 2

deliver 1 2 4
----
2 hears DIFF 0x100000002 from 1
2 hears PROPOSAL 0x100000002 from 1
2 hears COMMIT 0x100000002 from 1
2 hears NEWLEADER 0x200000000 from 1
2 > store currentEpoch 2
2 > send ACK 0x200000000 to the leader

deliver 2 1
----
1 hears ACK 0x200000000 from 2
1 > save snapshot
1 > establish epoch 2
!! Z-INV-11: the history of epoch 2 is not durable at a quorum
1 > send UPTODATE 0x200000000 to 2

crash 2
----
2 crashes

crash 1
----
1 crashes

restart 2
lead 2
follow 3 2
----
3 > send FOLLOWERINFO 0x100000000 to the leader

deliver
----
2 hears FOLLOWERINFO 0x100000000 from 3
2 > propose epoch 3
2 > store acceptedEpoch 3
2 > send LEADERINFO 0x300000000 to 3
3 hears LEADERINFO 0x300000000 from 2
3 > store acceptedEpoch 3
3 > send ACKEPOCH 0x100000001 epoch 1 to the leader
2 hears ACKEPOCH 0x100000001 from 3
2 > store currentEpoch 3
2 > synchronize 3 by DIFF from 0x100000001 to 0x100000001
2 > send DIFF 0x100000001 to 3
2 > send NEWLEADER 0x300000000 to 3
3 hears DIFF 0x100000001 from 2
3 hears NEWLEADER 0x300000000 from 2
3 > store currentEpoch 3
3 > send ACK 0x300000000 to the leader
2 hears ACK 0x300000000 from 3
2 > save snapshot
2 > establish epoch 3
!! Z-INV-6: leader 2 of epoch 3 has 0x100000001, committed is 0x100000001-2
2 > send UPTODATE 0x300000000 to 3
3 hears UPTODATE 0x300000000 from 2
3 > send ACK 0x300000000 to the leader
3 > start serving in epoch 3
2 hears ACK 0x300000000 from 3

