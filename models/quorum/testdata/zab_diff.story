# DIFF: the follower's last transaction is in the leader's window, it is sent what is missing
# (Z-SY-2 (3), Z-SY-3, Z-SY-5, Z-OBS-61). It logs that durably, then adopts the epoch, then acks, and
# serves nobody before UPTODATE (Z-SY-6, Z-SY-8, Z-SY-15). What the leader had at its election is
# committed with that, even (1,4), which had no quorum (Z-SY-9).
server 1 accepted=1 current=1 log=1:1-4
server 2 accepted=1 current=1 log=1:1-2
server 3 accepted=1 current=1 log=1:1-3
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
2 > send ACKEPOCH 0x100000002 epoch 1 to the leader

deliver 2 1
----
1 hears ACKEPOCH 0x100000002 from 2
1 > store currentEpoch 2
1 > synchronize 2 by DIFF from 0x100000002 to 0x100000004
1 > send DIFF 0x100000004 to 2
1 > send PROPOSAL 0x100000003 to 2
1 > send COMMIT 0x100000003 to 2
1 > send PROPOSAL 0x100000004 to 2
1 > send COMMIT 0x100000004 to 2
1 > send NEWLEADER 0x200000000 to 2

deliver 1 2 5
----
2 hears DIFF 0x100000004 from 1
2 hears PROPOSAL 0x100000003 from 1
2 hears COMMIT 0x100000003 from 1
2 hears PROPOSAL 0x100000004 from 1
2 hears COMMIT 0x100000004 from 1

show
----
1 leading: epochs 2/2, log 0x100000001-4, applied 0x100000001-4
2 following: epochs 2/1, log 0x100000001-2, applied 0x100000001-2
3 looking: epochs 1/1, log 0x100000001-3, applied 0x100000001-3

deliver 1 2
----
2 hears NEWLEADER 0x200000000 from 1
2 > append durably 0x100000003 0x100000004
2 > apply history 0x100000003
2 > apply history 0x100000004
2 > store currentEpoch 2
2 > send ACK 0x200000000 to the leader

show
----
1 leading: epochs 2/2, log 0x100000001-4, applied 0x100000001-4
2 following: epochs 2/2, log 0x100000001-4, applied 0x100000001-4
3 looking: epochs 1/1, log 0x100000001-3, applied 0x100000001-3

deliver 2 1
----
1 hears ACK 0x200000000 from 2
1 > save snapshot
1 > establish epoch 2
1 > send UPTODATE 0x200000000 to 2

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000004 of 0x100000001-4, log 0x100000001-4, applied 0x100000001-4
2 following: epochs 2/2, log 0x100000001-4, applied 0x100000001-4
3 looking: epochs 1/1, log 0x100000001-3, applied 0x100000001-3

deliver
----
2 hears UPTODATE 0x200000000 from 1
2 > send ACK 0x200000000 to the leader
2 > start serving in epoch 2
1 hears ACK 0x200000000 from 2

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000004 of 0x100000001-4, log 0x100000001-4, applied 0x100000001-4
2 following, serving: epochs 2/2, log 0x100000001-4, applied 0x100000001-4
3 looking: epochs 1/1, log 0x100000001-3, applied 0x100000001-3

