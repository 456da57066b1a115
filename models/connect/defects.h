// Named switches that re-create historical bugs and broken rules of Connect and its JDBC
// connectors.
#pragma once

#include <array>

#include "sim/defect.h"

namespace logquake::connect {

inline constexpr sim::Defect commit_offset_before_send{
    .name = "jdbc-source.commit-offset-before-send",
    .about =
        "The source offset of a polled batch is stored before its records are handed to the "
        "producer.",
    .source = "logquake",
    .breaks = "C-SRC-3, C-INV-20, C-INV-11",
    .needs =
        "the worker dies, or the topic's leader is away, between the poll and the acknowledgement"};

inline constexpr sim::Defect offset_commit_waits_for_all_in_flight{
    .name = "connect.offset-commit-waits-for-all-in-flight",
    .about =
        "An offset commit waits until no record at all is in flight and gives up after the flush "
        "timeout.",
    .source = "KAFKA-12226 (D-C12)",
    .breaks = "C-SRC-4",
    .needs =
        "one partition of two without leader under steady load for longer than a flush interval, "
        "then a crash"};

inline constexpr sim::Defect commit_sink_offsets_before_put{
    .name = "connect.commit-sink-offsets-before-put",
    .about =
        "The sink's consumer offsets are committed when a batch was polled, before put() returned.",
    .source = "logquake",
    .breaks = "C-SNK-3, C-INV-21, C-INV-63",
    .needs =
        "the worker dies, or the target database is away, between the poll and the database's "
        "commit"};

inline constexpr sim::Defect keep_insert_after_delete{
    .name = "jdbc-sink.keep-insert-after-delete",
    .about =
        "An upsert that follows a delete of its key stays in the same buffer, whose deletes run "
        "last.",
    .source = "kafka-connect-jdbc #1115, #1562 (D-C36)",
    .breaks = "C-JSI-31, C-INV-60",
    .needs = "upsert, tombstone and upsert of one key in one put, with delete.enabled"};

inline constexpr std::array<sim::Defect, 4> connect_defects{
    commit_offset_before_send, offset_commit_waits_for_all_in_flight,
    commit_sink_offsets_before_put, keep_insert_after_delete};

}  // namespace logquake::connect
