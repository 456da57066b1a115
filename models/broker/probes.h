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

}  // namespace logquake::kafka
