// Places and states of a database that campaigns should reach, and where its schedules may choose.
#pragma once

#include <array>

#include "sim/probe.h"

namespace logquake::database {

inline constexpr sim::Probe deadlock_found{"database.deadlock-found",
                                           "transactions waited for each other in a circle"};
inline constexpr sim::Probe lock_wait_timed_out{"database.lock-wait-timed-out",
                                                "a lock wait ended with 1205"};
inline constexpr sim::Probe definition_lock_waited{
    "database.definition-lock-waited", "a statement waited for a table's definition (C-DB-35)"};
inline constexpr sim::Probe torn_redo_cut{"database.torn-redo-cut",
                                          "recovery cut a torn end off the redo log"};
inline constexpr sim::Probe commit_restated{
    "database.commit-restated", "recovery found a commit whose client may never have heard of it",
    sim::ProbeKind::number};
inline constexpr sim::Probe rolled_back_by_connection_loss{
    "database.rolled-back-by-connection-loss", "a lost connection undid an open transaction"};
inline constexpr sim::Probe group_commit{
    "database.group-commit", "one sync made several transactions durable", sim::ProbeKind::number};
inline constexpr sim::Probe checkpoint_taken{"database.checkpoint-taken",
                                             "the redo log was cut short by a checkpoint"};

inline constexpr std::array<sim::Probe, 8> database_probes{
    deadlock_found,  lock_wait_timed_out, definition_lock_waited, torn_redo_cut,
    commit_restated, group_commit,        checkpoint_taken,       rolled_back_by_connection_loss};

inline constexpr sim::YieldSite between_redo_write_and_sync{"database.between-redo-write-and-sync"};
inline constexpr sim::YieldSite between_sync_and_visible{"database.between-sync-and-visible"};
inline constexpr sim::YieldSite between_commit_and_reply{"database.between-commit-and-reply"};

inline constexpr std::array<sim::YieldSite, 3> database_yield_sites{
    between_redo_write_and_sync, between_sync_and_visible, between_commit_and_reply};

}  // namespace logquake::database
