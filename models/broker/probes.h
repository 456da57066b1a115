// Places and states of a broker that campaigns should reach, and where its schedules may choose.
// Source of the sites: K-SIM-3, K-SIM-5.
#pragma once

#include <array>

#include "sim/probe.h"

namespace logquake::kafka {

// ---- the log ----
inline constexpr sim::YieldSite between_check_and_append{"log.between-check-and-append"};
inline constexpr sim::YieldSite between_epoch_file_and_append{"log.between-epoch-file-and-append"};
inline constexpr sim::YieldSite between_sync_and_recovery_point{
    "log.between-sync-and-recovery-point"};
inline constexpr sim::YieldSite between_write_and_rename{"checkpoint.between-write-and-rename"};
inline constexpr sim::YieldSite between_logs_loaded{"recovery.between-logs-loaded"};
inline constexpr sim::YieldSite between_flush_and_marker{"shutdown.between-flush-and-marker"};

inline constexpr std::array log_yield_sites{
    between_check_and_append, between_epoch_file_and_append, between_sync_and_recovery_point,
    between_write_and_rename, between_logs_loaded,           between_flush_and_marker};

inline constexpr sim::Probe torn_tail_cut{"log.torn-tail-cut",
                                          "recovery found bytes that are no batch and cut them"};
inline constexpr sim::Probe recovered_below_high_watermark{
    "log.recovered-below-high-watermark",
    "a log came back shorter than its own high watermark checkpoint"};
inline constexpr sim::Probe duplicate_recognised{
    "log.duplicate-recognised", "a producer's repeated batch was answered, not appended"};
inline constexpr sim::Probe sequence_refused{"log.sequence-refused",
                                             "a producer's batch came out of order"};
inline constexpr sim::Probe segment_rolled{"log.segment-rolled", "a log began another segment"};
inline constexpr sim::Probe segment_expired{"log.segment-expired", "retention removed a segment"};
inline constexpr sim::Probe flush_straddled_truncation{
    "log.flush-straddled-truncation", "a log was cut while an older end was being synced"};
inline constexpr sim::Probe directory_offline{"log.directory-offline",
                                              "an I/O error took the logs offline"};

inline constexpr std::array log_probes{torn_tail_cut,
                                       recovered_below_high_watermark,
                                       duplicate_recognised,
                                       sequence_refused,
                                       segment_rolled,
                                       segment_expired,
                                       flush_straddled_truncation,
                                       directory_offline};

// ---- groups ----
inline constexpr sim::YieldSite between_check_and_commit{"group.between-check-and-commit"};
inline constexpr sim::YieldSite between_load_chunks{"group.between-load-chunks"};
inline constexpr sim::YieldSite between_store_and_answer{"group.between-store-and-answer"};

inline constexpr std::array group_yield_sites{between_check_and_commit, between_load_chunks,
                                              between_store_and_answer};

inline constexpr sim::Probe session_expired{"group.session-expired",
                                            "a member was silent for too long"};
inline constexpr sim::Probe commit_of_stale_member{
    "group.commit-of-stale-member", "a member that the group has left behind tried to commit"};
inline constexpr sim::Probe unloaded_while_storing{
    "group.unloaded-while-storing", "leadership went while an assignment or a commit was written"};
inline constexpr sim::Probe loaded_with_members{"group.loaded-with-members",
                                                "a new coordinator took a live group over"};
inline constexpr sim::Probe stale_load{"group.stale-load",
                                       "an order to load was overtaken by a newer leadership"};

inline constexpr std::array group_probes{session_expired, commit_of_stale_member,
                                         unloaded_while_storing, loaded_with_members, stale_load};

}  // namespace logquake::kafka
