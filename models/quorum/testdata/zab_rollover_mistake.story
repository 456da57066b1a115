# With zk.no-rollover-guard (D-ZB5) the leader of epoch 2 gives out numbers of epoch 3 (Z-ZX-3). 3 hears
# nothing of that: it leads epoch 3 with 4 and 5, and gives them out a second time (Z-INV-1, Z-INV-22).
mistake zk.no-rollover-guard
counter-limit 1
server 1 accepted=1 current=1 log=1:1
server 2 accepted=1 current=1 log=1:1
server 3 accepted=1 current=1 log=1:1
server 4 accepted=1 current=1 log=1:1
server 5 accepted=1 current=1 log=1:1
lead 1
follow 2 1 3 1
----
2 > send FOLLOWERINFO 0x100000000 to the leader
3 > send FOLLOWERINFO 0x100000000 to the leader

deliver
----
1 hears FOLLOWERINFO 0x100000000 from 2
1 hears FOLLOWERINFO 0x100000000 from 3
1 > propose epoch 2
1 > store acceptedEpoch 2
1 > send LEADERINFO 0x200000000 to 2
1 > send LEADERINFO 0x200000000 to 3
2 hears LEADERINFO 0x200000000 from 1
2 > store acceptedEpoch 2
2 > send ACKEPOCH 0x100000001 epoch 1 to the leader
3 hears LEADERINFO 0x200000000 from 1
3 > store acceptedEpoch 2
3 > send ACKEPOCH 0x100000001 epoch 1 to the leader
1 hears ACKEPOCH 0x100000001 from 2
1 hears ACKEPOCH 0x100000001 from 3
1 > store currentEpoch 2
1 > synchronize 2 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 2
1 > send NEWLEADER 0x200000000 to 2
1 > synchronize 3 by DIFF from 0x100000001 to 0x100000001
1 > send DIFF 0x100000001 to 3
1 > send NEWLEADER 0x200000000 to 3
2 hears DIFF 0x100000001 from 1
2 hears NEWLEADER 0x200000000 from 1
2 > store currentEpoch 2
2 > send ACK 0x200000000 to the leader
3 hears DIFF 0x100000001 from 1
3 hears NEWLEADER 0x200000000 from 1
3 > store currentEpoch 2
3 > send ACK 0x200000000 to the leader
1 hears ACK 0x200000000 from 2
1 hears ACK 0x200000000 from 3
1 > save snapshot
1 > establish epoch 2
1 > send UPTODATE 0x200000000 to 2
1 > send UPTODATE 0x200000000 to 3
2 hears UPTODATE 0x200000000 from 1
2 > send ACK 0x200000000 to the leader
2 > start serving in epoch 2
3 hears UPTODATE 0x200000000 from 1
3 > send ACK 0x200000000 to the leader
3 > start serving in epoch 2
1 hears ACK 0x200000000 from 2
1 hears ACK 0x200000000 from 3

propose 1
----
1 > send PROPOSAL 0x200000001 to 2
1 > send PROPOSAL 0x200000001 to 3
1 > append 0x200000001

deliver
----
2 hears PROPOSAL 0x200000001 from 1
2 > append 0x200000001
2 > send ACK 0x200000001 to the leader
3 hears PROPOSAL 0x200000001 from 1
3 > append 0x200000001
3 > send ACK 0x200000001 to the leader
1 hears ACK 0x200000001 from 2
1 hears ACK 0x200000001 from 3
1 > commit 0x200000001
1 > send COMMIT 0x200000001 to 2
1 > send COMMIT 0x200000001 to 3
1 > deliver 0x200000001
2 hears COMMIT 0x200000001 from 1
2 > deliver 0x200000001
3 hears COMMIT 0x200000001 from 1
3 > deliver 0x200000001

cut 3
----
3 loses its leader

propose 1
----
1 > send PROPOSAL 0x300000000 to 2
1 > append 0x300000000

propose 1
----
1 > send PROPOSAL 0x300000001 to 2
1 > append 0x300000001

deliver 1 2 2
----
2 hears PROPOSAL 0x300000000 from 1
2 > append 0x300000000
2 > send ACK 0x300000000 to the leader
2 hears PROPOSAL 0x300000001 from 1
2 > append 0x300000001
2 > send ACK 0x300000001 to the leader

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000001 of 0x100000001, log 0x100000001 0x200000001 0x300000000-1, applied 0x100000001 0x200000001
2 following, serving: epochs 2/2, log 0x100000001 0x200000001 0x300000000-1, applied 0x100000001 0x200000001
3 looking: epochs 2/2, log 0x100000001 0x200000001, applied 0x100000001 0x200000001
4 looking: epochs 1/1, log 0x100000001, applied 0x100000001
5 looking: epochs 1/1, log 0x100000001, applied 0x100000001

lead 3
follow 4 3 5 3
----
4 > send FOLLOWERINFO 0x100000000 to the leader
5 > send FOLLOWERINFO 0x100000000 to the leader

deliver
----
1 hears ACK 0x300000000 from 2
1 hears ACK 0x300000001 from 2
3 hears FOLLOWERINFO 0x100000000 from 4
3 hears FOLLOWERINFO 0x100000000 from 5
3 > propose epoch 3
3 > store acceptedEpoch 3
3 > send LEADERINFO 0x300000000 to 4
3 > send LEADERINFO 0x300000000 to 5
4 hears LEADERINFO 0x300000000 from 3
4 > store acceptedEpoch 3
4 > send ACKEPOCH 0x100000001 epoch 1 to the leader
5 hears LEADERINFO 0x300000000 from 3
5 > store acceptedEpoch 3
5 > send ACKEPOCH 0x100000001 epoch 1 to the leader
3 hears ACKEPOCH 0x100000001 from 4
3 hears ACKEPOCH 0x100000001 from 5
3 > store currentEpoch 3
3 > synchronize 4 by DIFF from 0x100000001 to 0x200000001
3 > send DIFF 0x200000001 to 4
3 > send PROPOSAL 0x200000001 to 4
3 > send COMMIT 0x200000001 to 4
3 > send NEWLEADER 0x300000000 to 4
3 > synchronize 5 by DIFF from 0x100000001 to 0x200000001
3 > send DIFF 0x200000001 to 5
3 > send PROPOSAL 0x200000001 to 5
3 > send COMMIT 0x200000001 to 5
3 > send NEWLEADER 0x300000000 to 5
4 hears DIFF 0x200000001 from 3
4 hears PROPOSAL 0x200000001 from 3
4 hears COMMIT 0x200000001 from 3
4 hears NEWLEADER 0x300000000 from 3
4 > append durably 0x200000001
4 > apply history 0x200000001
4 > store currentEpoch 3
4 > send ACK 0x300000000 to the leader
5 hears DIFF 0x200000001 from 3
5 hears PROPOSAL 0x200000001 from 3
5 hears COMMIT 0x200000001 from 3
5 hears NEWLEADER 0x300000000 from 3
5 > append durably 0x200000001
5 > apply history 0x200000001
5 > store currentEpoch 3
5 > send ACK 0x300000000 to the leader
3 hears ACK 0x300000000 from 4
3 hears ACK 0x300000000 from 5
3 > save snapshot
3 > establish epoch 3
3 > send UPTODATE 0x300000000 to 4
3 > send UPTODATE 0x300000000 to 5
4 hears UPTODATE 0x300000000 from 3
4 > send ACK 0x300000000 to the leader
4 > start serving in epoch 3
5 hears UPTODATE 0x300000000 from 3
5 > send ACK 0x300000000 to the leader
5 > start serving in epoch 3
3 hears ACK 0x300000000 from 4
3 hears ACK 0x300000000 from 5

propose 3
----
3 > send PROPOSAL 0x300000001 to 4
3 > send PROPOSAL 0x300000001 to 5
3 > append 0x300000001
!! Z-INV-22: two transactions are 0x300000001

deliver
----
4 hears PROPOSAL 0x300000001 from 3
4 > append 0x300000001
!! Z-INV-22: two transactions are 0x300000001
4 > send ACK 0x300000001 to the leader
5 hears PROPOSAL 0x300000001 from 3
5 > append 0x300000001
!! Z-INV-22: two transactions are 0x300000001
5 > send ACK 0x300000001 to the leader
3 hears ACK 0x300000001 from 4
3 hears ACK 0x300000001 from 5
3 > commit 0x300000001
3 > send COMMIT 0x300000001 to 4
3 > send COMMIT 0x300000001 to 5
3 > deliver 0x300000001
!! Z-INV-3, Z-INV-4: 3 serves 0x100000001 0x200000001 0x300000001, committed is 0x100000001 0x200000001 0x300000001
4 hears COMMIT 0x300000001 from 3
4 > deliver 0x300000001
!! Z-INV-3, Z-INV-4: 4 serves 0x100000001 0x200000001 0x300000001, committed is 0x100000001 0x200000001 0x300000001
5 hears COMMIT 0x300000001 from 3
5 > deliver 0x300000001
!! Z-INV-3, Z-INV-4: 5 serves 0x100000001 0x200000001 0x300000001, committed is 0x100000001 0x200000001 0x300000001

