// Historical bugs and broken rules of brokers, as switches. Source: defects.md.
#pragma once

#include <array>

#include "sim/defect.h"

namespace logquake::kafka {

// ---- the log ----
inline constexpr sim::Defect marker_delete_late{
    .name = "recovery.marker-delete-late",
    .about =
        "The marker of a clean shutdown stays until the first checkpoint of recovery points "
        "instead of "
        "being removed before loading.",
    .source = "KAFKA-10471 (D-K36)",
    .breaks = "K-INV-20, K-INV-2, K-REC-3",
    .needs = "clean stop, start, appends, then a power loss within a minute"};
inline constexpr sim::Defect marker_write_unloaded{
    .name = "recovery.marker-write-unloaded",
    .about = "A shutdown before loading has finished writes the marker of a clean shutdown.",
    .source = "KAFKA-15375 (D-K36)",
    .breaks = "K-INV-20, K-INV-2, K-REC-3",
    .needs = "power loss, start, a shutdown while the logs are being recovered, start"};
inline constexpr sim::Defect retention_ignores_high_watermark{
    .name = "retention.ignore-high-watermark",
    .about = "Retention deletes segments that are not committed yet.",
    .source = "KAFKA-5634 (D-K16)",
    .breaks = "K-INV-8, K-INV-22, K-INV-1, K-RET-1",
    .needs = "a slow follower and a tiny retention"};
inline constexpr sim::Defect recovery_skips_crc{
    .name = "recovery.skip-crc",
    .about =
        "Recovery after an unclean stop looks at the structure of batches only, not at their "
        "checksums.",
    .source = "logquake",
    .breaks = "K-REC-4, K-INV-2",
    .needs = "a power loss that loses pages inside an unsynced batch"};
inline constexpr sim::Defect sequences_unchecked{
    .name = "log.skip-sequence-check",
    .about = "The leader appends whatever an idempotent producer sends, repetitions included.",
    .source = "logquake",
    .breaks = "K-INV-40, K-INV-42, K-LOG-41, K-LOG-43",
    .needs = "a response that is lost after the append"};

inline constexpr std::array log_defects{marker_delete_late, marker_write_unloaded,
                                        retention_ignores_high_watermark, recovery_skips_crc,
                                        sequences_unchecked};

// ---- groups ----
inline constexpr sim::Defect offsets_acknowledged_early{
    .name = "offsets.acknowledge-before-append",
    .about = "The coordinator answers a commit before its record is replicated.",
    .source = "logquake",
    .breaks = "K-INV-62, K-OFS-5",
    .needs = "the coordinator dies between the answer and the replication"};
inline constexpr sim::Defect stale_generation_accepted{
    .name = "group.accept-stale-generation",
    .about = "Offsets of members of an older generation are stored.",
    .source = "logquake",
    .breaks = "K-INV-64, K-API-8",
    .needs = "a member that pauses beyond its session and then commits"};
inline constexpr sim::Defect offsets_expire_when_unstable{
    .name = "offsets.expire-when-unstable",
    .about =
        "Offsets of a group that is rebalancing expire, because its subscriptions are unknown.",
    .source = "KAFKA-13636 (D-K82)",
    .breaks = "K-INV-62, K-OFS-7",
    .needs = "a short offsets.retention.minutes and a rebalance at the expiry check"};

inline constexpr std::array group_defects{offsets_acknowledged_early, stale_generation_accepted,
                                          offsets_expire_when_unstable};

}  // namespace logquake::kafka
