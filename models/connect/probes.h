// Places and states of Connect that a campaign should reach, and the yield points where schedules
// choose.
#pragma once

#include <array>

#include "sim/probe.h"

namespace logquake::connect {

inline constexpr sim::Probe put_retried{
    "connect.put-retried", "a sink's put failed and the same batch was delivered again"};
inline constexpr sim::Probe task_failed{"connect.task-failed", "a task ended as FAILED"};
inline constexpr sim::Probe offset_flush_timed_out{
    "connect.offset-flush-timed-out", "a source task's offset commit was not acknowledged in time"};
inline constexpr sim::Probe offset_flush_held_back{
    "connect.offset-flush-held-back",
    "offsets were not committable because an earlier record was not acknowledged"};
inline constexpr sim::Probe resumed_from_stored_offset{
    "connect.resumed-from-stored-offset",
    "a source task started from an offset that was stored before"};
inline constexpr sim::Probe configs_recovered{
    "connect.configs-recovered", "a worker found connectors in the config topic when it started"};
inline constexpr sim::Probe database_reconnected{"connect.database-reconnected",
                                                 "a connector replaced a connection that had died"};
inline constexpr sim::Probe query_reset{
    "jdbc-source.query-reset",
    "a query failed and its table was read again from the last boundary"};
inline constexpr sim::Probe table_created{"jdbc-sink.table-created",
                                          "a sink created its target table"};
inline constexpr sim::Probe table_altered{"jdbc-sink.table-altered",
                                          "a sink added columns to its target table"};

inline constexpr std::array<sim::Probe, 10> connect_probes{put_retried,
                                                           task_failed,
                                                           offset_flush_timed_out,
                                                           offset_flush_held_back,
                                                           resumed_from_stored_offset,
                                                           configs_recovered,
                                                           database_reconnected,
                                                           query_reset,
                                                           table_created,
                                                           table_altered};

inline constexpr sim::YieldSite between_poll_and_send{"connect.between-poll-and-send"};
inline constexpr sim::YieldSite between_put_and_commit{"connect.between-put-and-commit"};
inline constexpr sim::YieldSite before_offset_flush{"connect.before-offset-flush"};

inline constexpr std::array<sim::YieldSite, 3> connect_yield_sites{
    between_poll_and_send, between_put_and_commit, before_offset_flush};

}  // namespace logquake::connect
