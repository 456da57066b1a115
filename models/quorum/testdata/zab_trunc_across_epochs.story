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
deliver
follow 1 5
deliver
propose 5
deliver 5 1
crash 5
show
lead 4
follow 2 4 3 4
deliver
propose 4
deliver
follow 1 4
deliver
