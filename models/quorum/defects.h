// Broken rules that a ZooKeeper server can be made to follow.
#pragma once

#include <array>

#include "sim/defect.h"

namespace logquake::zookeeper {

inline constexpr sim::Defect wallclock_expiry{
    .name = "zk.wallclock-expiry",
    .about = "Sessions expire by the wall clock, so a step of it expires all of them at once.",
    .source = "D-ZC10",
    .breaks = "Z-INV-13",
    .needs = "a clock step forward on the server while sessions are open",
};
inline constexpr sim::Defect delayed_ephemeral_delete{
    .name = "zk.delayed-ephemeral-delete",
    .about = "Closing a session leaves its ephemerals behind for three more ticks.",
    .source = "D-ZC4, ZOOKEEPER-2985, KAFKA-7165",
    .breaks = "Z-INV-12, Z-SE-9, Z-KZ-3",
    .needs = "a session that expires or closes while it owns ephemerals",
};
inline constexpr sim::Defect drop_before_password{
    .name = "zk.drop-before-password",
    .about = "A reconnect closes the session's connection before its password has been checked.",
    .source = "D-ZC7, Z-OBS-6",
    .breaks = "Z-SE-13",
    .needs = "a reconnect with a wrong password while the session's owner is connected",
};
inline constexpr sim::Defect ack_before_sync{
    .name = "zk.ack-before-sync",
    .about = "Writes are answered before the transaction log has been synced.",
    .source = "forceSync=no as a silent default",
    .breaks = "Z-BC-2, Z-INV-6",
    .needs = "a power loss of the server shortly after a write was acknowledged",
};
inline constexpr sim::Defect close_keeps_child_count{
    .name = "zk.close-keeps-child-count",
    .about =
        "While a closeSession is outstanding, its ephemerals still count as their parents' "
        "children.",
    .source = "ZooKeeper 3.8.0, Z-OBS-89",
    .breaks = "Z-DM-21, Z-INV-17",
    .needs = "a delete of the parent validated before the close has been applied",
};
inline constexpr sim::Defect reply_before_watch{
    .name = "zk.reply-before-watch",
    .about = "The reply of a write is sent before the watch events that the write triggers.",
    .source = "logquake",
    .breaks = "Z-WT-9, Z-INV-19",
    .needs = "a client that watches what it writes",
};
inline constexpr sim::Defect watch_modes_overwrite{
    .name = "zk.watch-modes-overwrite",
    .about =
        "A connection's watches on one path share one mode: a read with a watch turns a persistent "
        "or recursive one into a one-shot.",
    .source = "ZooKeeper 3.8.0, Z-OBS-94, Z-OBS-95",
    .breaks = "Z-WT-6, Z-WT-18",
    .needs = "a one-shot watch on the very path of a persistent or recursive watch",
};
inline constexpr sim::Defect check_watches_of_all{
    .name = "zk.check-watches-of-all",
    .about = "checkWatches says yes where any connection at the server holds such a watch.",
    .source = "ZooKeeper 3.8.0, Z-OBS-96",
    .breaks = "Z-WT-16",
    .needs = "a checkWatches on a path that only another connection watches",
};
inline constexpr sim::Defect multi_create_without_stat{
    .name = "zk.multi-create-without-stat",
    .about = "create2 inside a multi answers as a plain create: the path, no Stat.",
    .source = "ZooKeeper 3.8.0, Z-OBS-38",
    .breaks = "Z-MU-5",
    .needs = "a multi with a create2, and a client that reads the Stat of its result",
};

inline constexpr sim::Defect snapshot_uncommitted{
    .name = "zk.snapshot-uncommitted",
    .about =
        "A leader snapshots its history before a quorum has it, and cutting the history leaves the "
        "snapshots that hold what was cut.",
    .source = "D-ZA14, ZOOKEEPER-1549",
    .breaks = "Z-SY-12, Z-INV-3, Z-INV-7, Z-INV-9",
    .needs = "a leader that begins with a proposal nobody else has, fails, and must cut it later",
};
inline constexpr sim::Defect retain_db_without_replay{
    .name = "zk.retain-db-without-replay",
    .about = "A leader that loses its quorum keeps its memory without what it has only logged.",
    .source = "D-ZA10, ZOOKEEPER-2845",
    .breaks = "Z-INV-3, Z-INV-7, Z-INV-9",
    .needs = "a leader that logs a proposal nobody else has and follows another one afterwards",
};
inline constexpr sim::Defect snapshot_before_epoch_no_recovery{
    .name = "zk.snapshot-before-epoch-no-recovery",
    .about = "A member whose history is newer than its currentEpoch refuses to start for ever.",
    .source = "D-ZA13, ZOOKEEPER-1653, ZOOKEEPER-2354",
    .breaks = "Z-DI-9, Z-INV-10, Z-INV-25",
    .needs = "a crash between a learner's new snapshot and its new currentEpoch",
};
inline constexpr sim::Defect reply_session_moved{
    .name = "zk.reply-session-moved",
    .about = "A write of a session that has moved is answered instead of cut off.",
    .source = "D-ZC5, ZOOKEEPER-710",
    .breaks = "Z-SE-15",
    .needs = "a client that has moved while a write travels from the server it left",
};

inline constexpr sim::Defect skip_leader_self_report{
    .name = "zk.skip-leader-self-report",
    .about =
        "A server that looks for a leader joins one that a quorum names, though it has not said "
        "that it leads.",
    .source = "D-ZB6",
    .breaks = "Z-EL-8, Z-INV-24",
    .needs = "a leader that dies while its followers take a while to notice",
};
inline constexpr sim::Defect no_vote_refresh_after_sync{
    .name = "zk.no-vote-refresh-after-sync",
    .about =
        "Servers keep the votes that they decided by, and a late joiner wants them equal in every "
        "field.",
    .source = "D-ZB1, ZOOKEEPER-1732, ZOOKEEPER-1805",
    .breaks = "Z-EL-8, Z-EL-9, Z-INV-24, Z-INV-25",
    .needs = "servers that decided in different rounds, one of which restarts",
};

inline constexpr sim::Defect readonly_stale_window{
    .name = "zk.readonly-stale-window",
    .about =
        "A server that comes out of read-only mode takes its committed window to end where its "
        "history did when the process read it.",
    .source = "D-ZA15, ZOOKEEPER-3526",
    .breaks = "Z-SY-2, Z-INV-6",
    .needs =
        "read-only mode on: a server that has been in it leads a follower which lags by a little",
};

/// Every defect of this folder.
inline constexpr std::array<sim::Defect, 16> quorum_defects{
    wallclock_expiry,      delayed_ephemeral_delete, drop_before_password,
    ack_before_sync,       close_keeps_child_count,  reply_before_watch,
    snapshot_uncommitted,  retain_db_without_replay, snapshot_before_epoch_no_recovery,
    reply_session_moved,   skip_leader_self_report,  no_vote_refresh_after_sync,
    watch_modes_overwrite, check_watches_of_all,     multi_create_without_stat,
    readonly_stale_window,
};

}  // namespace logquake::zookeeper
