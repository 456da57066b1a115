# The counter of an epoch is used up: the leader steps down instead of running into the next epoch
# (Z-ZX-3). The real limit is 0xFFFFFFFF.
counter-limit 3
server 1 accepted=1 current=1 log=1:1
server 2 accepted=1 current=1 log=1:1
server 3 accepted=1 current=1 log=1:1
lead 1
follow 2 1
----
2 > send FOLLOWERINFO 0x100000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x100000000 from 2
1 > propose epoch 2
1 > store acceptedEpoch 2
1 > send LEADERINFO 0x200000000 to 2
2 hears LEADERINFO 0x200000000 from 1
2 > store acceptedEpoch 2
2 > send ACKEPOCH 0x100000001 epoch 1 to the leader
1 hears ACKEPOCH 0x100000001 from 2
1 > store currentEpoch 2
1 > synchronize 2 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 2
1 > send NEWLEADER 0x200000000 to 2
2 hears DIFF 0x100000001 from 1
2 hears NEWLEADER 0x200000000 from 1
2 > store currentEpoch 2
2 > send ACK 0x200000000 to the leader
1 hears ACK 0x200000000 from 2
1 > save snapshot
1 > establish epoch 2
1 > send UPTODATE 0x200000000 to 2
2 hears UPTODATE 0x200000000 from 1
2 > send ACK 0x200000000 to the leader
2 > start serving in epoch 2
1 hears ACK 0x200000000 from 2

propose 1
----
1 > send PROPOSAL 0x200000001 to 2
1 > append 0x200000001

propose 1
----
1 > send PROPOSAL 0x200000002 to 2
1 > append 0x200000002

deliver
----
2 hears PROPOSAL 0x200000001 from 1
2 > append 0x200000001
2 > send ACK 0x200000001 to the leader
2 hears PROPOSAL 0x200000002 from 1
2 > append 0x200000002
2 > send ACK 0x200000002 to the leader
1 hears ACK 0x200000001 from 2
1 > commit 0x200000001
1 > send COMMIT 0x200000001 to 2
1 > deliver 0x200000001
1 hears ACK 0x200000002 from 2
1 > commit 0x200000002
1 > send COMMIT 0x200000002 to 2
1 > deliver 0x200000002
2 hears COMMIT 0x200000001 from 1
2 > deliver 0x200000001
2 hears COMMIT 0x200000002 from 1
2 > deliver 0x200000002

propose 1
----
1 > give up: the counter of epoch 2 is used up

show
----
1 looking: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001-2, applied 0x100000001 0x200000001-2
2 looking: epochs 2/2, log 0x100000001 0x200000001-2, applied 0x100000001 0x200000001-2
3 looking: epochs 1/1, log 0x100000001, applied 0x100000001

# The next epoch begins at one again (Z-ZX-1, Z-ZX-4).
lead 1
follow 2 1
----
2 > send FOLLOWERINFO 0x200000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x200000000 from 2
1 > propose epoch 3
1 > store acceptedEpoch 3
1 > send LEADERINFO 0x300000000 to 2
2 hears LEADERINFO 0x300000000 from 1
2 > store acceptedEpoch 3
2 > send ACKEPOCH 0x200000002 epoch 2 to the leader
1 hears ACKEPOCH 0x200000002 from 2
1 > store currentEpoch 3
1 > synchronize 2 by DIFF from 0x200000002 to 0x200000002
1 > send DIFF 0x200000002 to 2
1 > send NEWLEADER 0x300000000 to 2
2 hears DIFF 0x200000002 from 1
2 hears NEWLEADER 0x300000000 from 1
2 > store currentEpoch 3
2 > send ACK 0x300000000 to the leader
1 hears ACK 0x300000000 from 2
1 > save snapshot
1 > establish epoch 3
1 > send UPTODATE 0x300000000 to 2
2 hears UPTODATE 0x300000000 from 1
2 > send ACK 0x300000000 to the leader
2 > start serving in epoch 3
1 hears ACK 0x300000000 from 2

propose 1
----
1 > send PROPOSAL 0x300000001 to 2
1 > append 0x300000001

deliver
----
2 hears PROPOSAL 0x300000001 from 1
2 > append 0x300000001
2 > send ACK 0x300000001 to the leader
1 hears ACK 0x300000001 from 2
1 > commit 0x300000001
1 > send COMMIT 0x300000001 to 2
1 > deliver 0x300000001
2 hears COMMIT 0x300000001 from 1
2 > deliver 0x300000001

show
----
1 leading, serving: epochs 3/3, snapshot 0x200000002 of 0x100000001 0x200000001-2, log 0x100000001 0x200000001-2 0x300000001, applied 0x100000001 0x200000001-2 0x300000001
2 following, serving: epochs 3/3, log 0x100000001 0x200000001-2 0x300000001, applied 0x100000001 0x200000001-2 0x300000001
3 looking: epochs 1/1, log 0x100000001, applied 0x100000001

