// Places and states of ZooKeeper that a campaign should reach.
#pragma once

#include <array>

#include "sim/probe.h"

namespace logquake::zookeeper {

inline constexpr sim::Probe torn_tail{"zookeeper.torn-tail",
                                      "recovery cut a torn tail off the log"};
inline constexpr sim::Probe grouped_sync{
    "zookeeper.grouped-sync", "one sync made several transactions durable", sim::ProbeKind::number};
inline constexpr sim::Probe behind_pending{
    "zookeeper.write-behind-pending", "a write was validated while others were still outstanding"};
inline constexpr sim::Probe ephemerals_swept{
    "zookeeper.ephemerals-swept", "a session's close removed ephemerals", sim::ProbeKind::number};
inline constexpr sim::Probe watch_caught_up{"zookeeper.watch-caught-up",
                                            "a reconnect delivered an event missed meanwhile"};
inline constexpr sim::Probe double_close{"zookeeper.double-close",
                                         "a client's close raced with the session's expiry"};
inline constexpr sim::Probe unknown_write{"zookeeper.unknown-write",
                                          "a client lost its connection with a write in flight",
                                          sim::ProbeKind::number};

inline constexpr sim::Probe epoch_raised{"zookeeper.epoch-raised",
                                         "a member raised its currentEpoch to that of its history"};

inline constexpr sim::Probe fuzzy_snapshot{"zookeeper.fuzzy-snapshot",
                                           "transactions applied while a snapshot was taken"};

/// Every probe of this folder.
inline constexpr std::array<sim::Probe, 9> quorum_probes{
    torn_tail,    grouped_sync,  behind_pending, ephemerals_swept, watch_caught_up,
    double_close, unknown_write, epoch_raised,   fuzzy_snapshot,
};

/// Between the sync of a batch and its application: a crash here leaves durable writes unanswered.
inline constexpr sim::YieldSite synced_not_applied{"zookeeper.synced-not-applied"};
/// Between a client's request and its validation.
inline constexpr sim::YieldSite before_validation{"zookeeper.before-validation"};

/// Between two durable writes of a member, or such a write and the message that depends on it.
inline constexpr sim::YieldSite between_durable_writes{"zookeeper.between-durable-writes"};

/// Every yield site of this folder.
inline constexpr std::array<sim::YieldSite, 3> quorum_yield_sites{
    synced_not_applied, before_validation, between_durable_writes};

/// The bytes of a proposal make no sense to the learner, which gives up its leader, and gets it
/// again when it comes back.
inline constexpr sim::BuggifySite unreadable_proposal{
    .name = "zookeeper.unreadable-proposal",
    .about = "a learner cannot read what it is told to log",
    .fires = {1, 256}};

/// Every buggify site of this folder.
inline constexpr std::array<sim::BuggifySite, 1> quorum_buggify_sites{unreadable_proposal};

}  // namespace logquake::zookeeper
