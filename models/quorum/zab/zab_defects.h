// Broken rules of ZAB: discovery, synchronization, broadcast.
#pragma once

#include <array>

#include "sim/defect.h"

namespace logquake::zookeeper {

inline constexpr sim::Defect ack_newleader_before_log{
    .name = "zk.ack-newleader-before-log",
    .about =
        "A follower acks NEWLEADER while the history of its DIFF is only in memory; it is logged "
        "at UPTODATE.",
    .source = "D-ZA1, ZOOKEEPER-3911",
    .breaks = "Z-SY-6, Z-INV-6, Z-INV-10, Z-INV-11",
    .needs =
        "a follower that syncs by DIFF and crashes between its ack of NEWLEADER and UPTODATE, then "
        "the loss of the leader",
};
inline constexpr sim::Defect clear_pending_at_newleader{
    .name = "zk.clear-pending-at-newleader",
    .about =
        "A follower forgets the proposals without COMMIT at NEWLEADER, so that their COMMITs fell "
        "it.",
    .source = "D-ZA5, ZOOKEEPER-4394",
    .breaks = "Z-SY-8, Z-INV-24",
    .needs = "writes all the time while a follower syncs",
};
inline constexpr sim::Defect proposal_ack_before_newleader_ack{
    .name = "zk.proposal-ack-before-newleader-ack",
    .about = "A follower acks a proposal before it has acked NEWLEADER, and the leader drops it.",
    .source = "D-ZA6, ZOOKEEPER-4685",
    .breaks = "Z-SY-6, Z-INV-24",
    .needs = "proposals without a quorum while a follower syncs",
};
inline constexpr sim::Defect newleader_too_early{
    .name = "zk.newleader-too-early",
    .about = "NEWLEADER leaves before the history, so that it is acked by who does not have it.",
    .source = "D-ZA7, ZOOKEEPER-3104",
    .breaks = "Z-SY-5, Z-INV-6, Z-INV-9",
    .needs = "a crash of the learner behind NEWLEADER while the history is on its way",
};
inline constexpr sim::Defect diff_from_zero_window{
    .name = "zk.diff-from-zero-window",
    .about = "A leader with a short window sends a brand-new server only that window.",
    .source = "D-ZA16, ZOOKEEPER-4352",
    .breaks = "Z-SY-2, Z-INV-3, Z-INV-7",
    .needs = "a new server that joins a leader which was itself synced by SNAP",
};
inline constexpr sim::Defect no_rollover_guard{
    .name = "zk.no-rollover-guard",
    .about = "The counter of an epoch that is used up runs over into the next epoch.",
    .source = "D-ZB5, ZOOKEEPER-1277, ZOOKEEPER-4883",
    .breaks = "Z-ZX-3, Z-INV-1, Z-INV-8",
    .needs = "an epoch with as many proposals as the counter can number",
};
inline constexpr sim::Defect trunc_across_epochs{
    .name = "zk.trunc-across-epochs",
    .about = "A learner is told to truncate to a transaction of another epoch than its last one's.",
    .source = "D-ZB7",
    .breaks = "Z-SY-3, Z-INV-7, Z-INV-25",
    .needs =
        "a server with an orphan of an old epoch that rejoins once the new epoch has committed",
};
inline constexpr sim::Defect advance_last_queued_before_apply{
    .name = "zk.advance-last-queued-before-apply",
    .about =
        "A follower counts a proposal as its last one before it has read it, and is synced from "
        "behind it.",
    .source = "D-ZC1, ZOOKEEPER-2355",
    .breaks = "Z-BC-7, Z-INV-3, Z-INV-9, Z-INV-12",
    .needs = "a proposal that a follower fails to read, and its return to the leader",
};

/// Every defect of the rules of ZAB.
inline constexpr std::array<sim::Defect, 8> zab_defects{
    ack_newleader_before_log,
    clear_pending_at_newleader,
    proposal_ack_before_newleader_ack,
    newleader_too_early,
    diff_from_zero_window,
    no_rollover_guard,
    trunc_across_epochs,
    advance_last_queued_before_apply,
};

}  // namespace logquake::zookeeper
