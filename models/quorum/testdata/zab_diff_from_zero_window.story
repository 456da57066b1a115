# zk.diff-from-zero-window (D-ZA16): 1 was brought up by SNAP and leads with a window that begins at
# (1,4). Brand-new 3 gets that window only, and lacks the rest (Z-SY-2, Z-INV-3, Z-INV-7).
mistake zk.diff-from-zero-window
window 1
server 1 accepted=1 current=1 snapshot=1:1-3 log=1:1-5
server 2 accepted=1 current=1 snapshot=1:1-3 log=1:1-5
server 3 accepted=0 current=0
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
2 > send ACKEPOCH 0x100000005 epoch 1 to the leader
1 hears ACKEPOCH 0x100000005 from 2
1 > store currentEpoch 2
1 > synchronize 2 by DIFF from 0x100000005 to 0x100000005
1 > send DIFF 0x100000005 to 2
1 > send NEWLEADER 0x200000000 to 2
2 hears DIFF 0x100000005 from 1
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

follow 3 1
----
3 > send FOLLOWERINFO 0x0 to the leader

deliver
----
1 hears FOLLOWERINFO 0x0 from 3
1 > send LEADERINFO 0x200000000 to 3
3 hears LEADERINFO 0x200000000 from 1
3 > store acceptedEpoch 2
3 > send ACKEPOCH 0x0 epoch 0 to the leader
1 hears ACKEPOCH 0x0 from 3
1 > synchronize 3 by DIFF from 0x0 to 0x200000000
1 > send DIFF 0x100000005 to 3
1 > send PROPOSAL 0x100000004 to 3
1 > send COMMIT 0x100000004 to 3
1 > send PROPOSAL 0x100000005 to 3
1 > send COMMIT 0x100000005 to 3
1 > send NEWLEADER 0x200000000 to 3
3 hears DIFF 0x100000005 from 1
3 hears PROPOSAL 0x100000004 from 1
3 hears COMMIT 0x100000004 from 1
3 hears PROPOSAL 0x100000005 from 1
3 hears COMMIT 0x100000005 from 1
3 hears NEWLEADER 0x200000000 from 1
3 > append durably 0x100000004 0x100000005
3 > apply history 0x100000004
3 > apply history 0x100000005
3 > store currentEpoch 2
3 > send ACK 0x200000000 to the leader
1 hears ACK 0x200000000 from 3
1 > send UPTODATE 0x200000000 to 3
3 hears UPTODATE 0x200000000 from 1
3 > send ACK 0x200000000 to the leader
3 > start serving in epoch 2
!! Z-INV-3, Z-INV-4: 3 serves 0x100000004-5, committed is 0x100000001-5
1 hears ACK 0x200000000 from 3

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000005 of 0x100000001-5, log 0x100000001-5, applied 0x100000001-5
2 following, serving: epochs 2/2, snapshot 0x100000003 of 0x100000001-3, log 0x100000001-5, applied 0x100000001-5
3 following, serving: epochs 2/2, log 0x100000004-5, applied 0x100000004-5

