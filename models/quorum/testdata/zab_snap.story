# SNAP: what follower 2 lacks is older than the leader's window (Z-SY-2 (5), Z-SY-5, Z-SY-14). The
# snapshot is on the follower's disk before it adopts the epoch (Z-SY-6 (a)).
window 1
server 1 accepted=1 current=1 log=1:1-4
server 2 accepted=1 current=1 log=1:1-1
server 3 accepted=0 current=0
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
1 > synchronize 2 by SNAP from 0x100000001 to 0x100000004
1 > send SNAP 0x100000004 to 2
1 > send NEWLEADER 0x200000000 to 2

deliver 1 2 2
----
2 hears SNAP 0x100000004 from 1
2 > install snapshot 0x100000004
2 hears NEWLEADER 0x200000000 from 1
2 > save snapshot
2 > store currentEpoch 2
2 > send ACK 0x200000000 to the leader

show
----
1 leading: epochs 2/2, log 0x100000001-4, applied 0x100000001-4
2 following: epochs 2/2, snapshot 0x100000004 of 0x100000001-4, log nothing, applied 0x100000001-4
3 looking: epochs 0/0, log nothing, applied nothing

deliver
----
1 hears ACK 0x200000000 from 2
1 > save snapshot
1 > establish epoch 2
1 > send UPTODATE 0x200000000 to 2
2 hears UPTODATE 0x200000000 from 1
2 > send ACK 0x200000000 to the leader
2 > start serving in epoch 2
1 hears ACK 0x200000000 from 2

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000004 of 0x100000001-4, log 0x100000001-4, applied 0x100000001-4
2 following, serving: epochs 2/2, snapshot 0x100000004 of 0x100000001-4, log nothing, applied 0x100000001-4
3 looking: epochs 0/0, log nothing, applied nothing

# Brand-new server 3 is synced by SNAP after the establishment: it takes over the marker of the epoch
# (Z-ZX-2, Z-OBS-104).
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
1 > synchronize 3 by SNAP from 0x0 to 0x200000000
1 > send SNAP 0x200000000 to 3
1 > send NEWLEADER 0x200000000 to 3
3 hears SNAP 0x200000000 from 1
3 > install snapshot 0x200000000
3 hears NEWLEADER 0x200000000 from 1
3 > save snapshot
3 > store currentEpoch 2
3 > send ACK 0x200000000 to the leader
1 hears ACK 0x200000000 from 3
1 > send UPTODATE 0x200000000 to 3
3 hears UPTODATE 0x200000000 from 1
3 > send ACK 0x200000000 to the leader
3 > start serving in epoch 2
1 hears ACK 0x200000000 from 3

show
----
1 leading, serving: epochs 2/2, snapshot 0x100000004 of 0x100000001-4, log 0x100000001-4, applied 0x100000001-4
2 following, serving: epochs 2/2, snapshot 0x100000004 of 0x100000001-4, log nothing, applied 0x100000001-4
3 following, serving: epochs 2/2, snapshot 0x200000000 of 0x100000001-4, log nothing, applied 0x100000001-4

