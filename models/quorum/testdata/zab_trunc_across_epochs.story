# zk.trunc-across-epochs (D-ZB7): 1 came into epoch 2 by SNAP and alone got its leader's last proposal,
# (2,1). It comes back after epoch 3 has a transaction. What the window has before (2,1) is (1,2), and
# of that 1 has no record: it has to exit (Z-SY-3, Z-SY-11). In zab_trunc it is sent a SNAP.
mistake zk.trunc-across-epochs
server 1 accepted=0 current=0
server 2 accepted=1 current=1 log=1:1-2
server 3 accepted=1 current=1 log=1:1-2
server 4 accepted=1 current=1 log=1:1-2
server 5 accepted=1 current=1 log=1:1-2
lead 5
follow 2 5 3 5
----
2 > send FOLLOWERINFO 0x100000000 to the leader
3 > send FOLLOWERINFO 0x100000000 to the leader

deliver
----
5 hears FOLLOWERINFO 0x100000000 from 2
5 hears FOLLOWERINFO 0x100000000 from 3
5 > propose epoch 2
5 > store acceptedEpoch 2
5 > send LEADERINFO 0x200000000 to 2
5 > send LEADERINFO 0x200000000 to 3
2 hears LEADERINFO 0x200000000 from 5
2 > store acceptedEpoch 2
2 > send ACKEPOCH 0x100000002 epoch 1 to the leader
3 hears LEADERINFO 0x200000000 from 5
3 > store acceptedEpoch 2
3 > send ACKEPOCH 0x100000002 epoch 1 to the leader
5 hears ACKEPOCH 0x100000002 from 2
5 hears ACKEPOCH 0x100000002 from 3
5 > store currentEpoch 2
5 > synchronize 2 by DIFF from 0x100000002 to 0x100000002
5 > send DIFF 0x100000002 to 2
5 > send NEWLEADER 0x200000000 to 2
5 > synchronize 3 by DIFF from 0x100000002 to 0x100000002
5 > send DIFF 0x100000002 to 3
5 > send NEWLEADER 0x200000000 to 3
2 hears DIFF 0x100000002 from 5
2 hears NEWLEADER 0x200000000 from 5
2 > store currentEpoch 2
2 > send ACK 0x200000000 to the leader
3 hears DIFF 0x100000002 from 5
3 hears NEWLEADER 0x200000000 from 5
3 > store currentEpoch 2
3 > send ACK 0x200000000 to the leader
5 hears ACK 0x200000000 from 2
5 hears ACK 0x200000000 from 3
5 > save snapshot
5 > establish epoch 2
5 > send UPTODATE 0x200000000 to 2
5 > send UPTODATE 0x200000000 to 3
2 hears UPTODATE 0x200000000 from 5
2 > send ACK 0x200000000 to the leader
2 > start serving in epoch 2
3 hears UPTODATE 0x200000000 from 5
3 > send ACK 0x200000000 to the leader
3 > start serving in epoch 2
5 hears ACK 0x200000000 from 2
5 hears ACK 0x200000000 from 3

follow 1 5
----
1 > send FOLLOWERINFO 0x0 to the leader

deliver
----
5 hears FOLLOWERINFO 0x0 from 1
5 > send LEADERINFO 0x200000000 to 1
1 hears LEADERINFO 0x200000000 from 5
1 > store acceptedEpoch 2
1 > send ACKEPOCH 0x0 epoch 0 to the leader
5 hears ACKEPOCH 0x0 from 1
5 > synchronize 1 by SNAP from 0x0 to 0x200000000
5 > send SNAP 0x200000000 to 1
5 > send NEWLEADER 0x200000000 to 1
1 hears SNAP 0x200000000 from 5
1 > install snapshot 0x200000000
1 hears NEWLEADER 0x200000000 from 5
1 > save snapshot
1 > store currentEpoch 2
1 > send ACK 0x200000000 to the leader
5 hears ACK 0x200000000 from 1
5 > send UPTODATE 0x200000000 to 1
1 hears UPTODATE 0x200000000 from 5
1 > send ACK 0x200000000 to the leader
1 > start serving in epoch 2
5 hears ACK 0x200000000 from 1

propose 5
----
5 > send PROPOSAL 0x200000001 to 1
5 > send PROPOSAL 0x200000001 to 2
5 > send PROPOSAL 0x200000001 to 3
5 > append 0x200000001

deliver 5 1
----
1 hears PROPOSAL 0x200000001 from 5
1 > append 0x200000001
1 > send ACK 0x200000001 to the leader

crash 5
----
5 crashes

show
----
1 looking: epochs 2/2, snapshot 0x200000000 of 0x100000001-2, log 0x200000001, applied 0x100000001-2 0x200000001
2 looking: epochs 2/2, log 0x100000001-2, applied 0x100000001-2
3 looking: epochs 2/2, log 0x100000001-2, applied 0x100000001-2
4 looking: epochs 1/1, log 0x100000001-2, applied 0x100000001-2
5 down: epochs 2/2, snapshot 0x100000002 of 0x100000001-2, log 0x100000001-2 0x200000001

lead 2
follow 3 2 4 2
----
3 > send FOLLOWERINFO 0x200000000 to the leader
4 > send FOLLOWERINFO 0x100000000 to the leader

deliver
----
2 hears FOLLOWERINFO 0x200000000 from 3
2 hears FOLLOWERINFO 0x100000000 from 4
2 > propose epoch 3
2 > store acceptedEpoch 3
2 > send LEADERINFO 0x300000000 to 3
2 > send LEADERINFO 0x300000000 to 4
3 hears LEADERINFO 0x300000000 from 2
3 > store acceptedEpoch 3
3 > send ACKEPOCH 0x100000002 epoch 2 to the leader
4 hears LEADERINFO 0x300000000 from 2
4 > store acceptedEpoch 3
4 > send ACKEPOCH 0x100000002 epoch 1 to the leader
2 hears ACKEPOCH 0x100000002 from 3
2 hears ACKEPOCH 0x100000002 from 4
2 > store currentEpoch 3
2 > synchronize 3 by DIFF from 0x100000002 to 0x100000002
2 > send DIFF 0x100000002 to 3
2 > send NEWLEADER 0x300000000 to 3
2 > synchronize 4 by DIFF from 0x100000002 to 0x100000002
2 > send DIFF 0x100000002 to 4
2 > send NEWLEADER 0x300000000 to 4
3 hears DIFF 0x100000002 from 2
3 hears NEWLEADER 0x300000000 from 2
3 > store currentEpoch 3
3 > send ACK 0x300000000 to the leader
4 hears DIFF 0x100000002 from 2
4 hears NEWLEADER 0x300000000 from 2
4 > store currentEpoch 3
4 > send ACK 0x300000000 to the leader
2 hears ACK 0x300000000 from 3
2 hears ACK 0x300000000 from 4
2 > save snapshot
2 > establish epoch 3
2 > send UPTODATE 0x300000000 to 3
2 > send UPTODATE 0x300000000 to 4
3 hears UPTODATE 0x300000000 from 2
3 > send ACK 0x300000000 to the leader
3 > start serving in epoch 3
4 hears UPTODATE 0x300000000 from 2
4 > send ACK 0x300000000 to the leader
4 > start serving in epoch 3
2 hears ACK 0x300000000 from 3
2 hears ACK 0x300000000 from 4

propose 2
----
2 > send PROPOSAL 0x300000001 to 3
2 > send PROPOSAL 0x300000001 to 4
2 > append 0x300000001

deliver
----
3 hears PROPOSAL 0x300000001 from 2
3 > append 0x300000001
3 > send ACK 0x300000001 to the leader
4 hears PROPOSAL 0x300000001 from 2
4 > append 0x300000001
4 > send ACK 0x300000001 to the leader
2 hears ACK 0x300000001 from 3
2 hears ACK 0x300000001 from 4
2 > commit 0x300000001
2 > send COMMIT 0x300000001 to 3
2 > send COMMIT 0x300000001 to 4
2 > deliver 0x300000001
3 hears COMMIT 0x300000001 from 2
3 > deliver 0x300000001
4 hears COMMIT 0x300000001 from 2
4 > deliver 0x300000001

follow 1 2
----
1 > send FOLLOWERINFO 0x200000000 to the leader

deliver
----
2 hears FOLLOWERINFO 0x200000000 from 1
2 > send LEADERINFO 0x300000000 to 1
1 hears LEADERINFO 0x300000000 from 2
1 > store acceptedEpoch 3
1 > send ACKEPOCH 0x200000001 epoch 2 to the leader
2 hears ACKEPOCH 0x200000001 from 1
2 > synchronize 1 by TRUNC from 0x200000001 to 0x300000001
2 > send TRUNC 0x100000002 to 1
2 > send PROPOSAL 0x300000001 to 1
2 > send COMMIT 0x300000001 to 1
2 > send NEWLEADER 0x300000000 to 1
1 hears TRUNC 0x100000002 from 2
1 > truncate to 0x100000002
!! Z-SY-3: 1 cannot truncate to 0x100000002
1 crashes

