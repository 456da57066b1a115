// Places and states of clients that campaigns should reach.
#pragma once

#include <array>

#include "sim/probe.h"

namespace logquake::kafka {

inline constexpr sim::Probe produce_answer_lost{
    "producer.answer-lost", "a connection broke with produce requests in flight"};
inline constexpr sim::Probe batch_expired{"producer.batch-expired",
                                          "delivery.timeout.ms ended before a batch was settled"};
inline constexpr sim::Probe duplicate_acknowledged{"producer.duplicate-acknowledged",
                                                   "a retried batch was found in the log already"};
inline constexpr sim::Probe partitions_lost{"consumer.partitions-lost",
                                            "a member learnt that its partitions are another's"};
inline constexpr sim::Probe commit_refused{"consumer.commit-refused", "a commit failed for good"};
inline constexpr sim::Probe position_truncated{
    "consumer.position-truncated", "a new leader's log ends before a consumer's position"};

inline constexpr std::array<sim::Probe, 6> client_probes{
    produce_answer_lost, batch_expired,  duplicate_acknowledged,
    partitions_lost,     commit_refused, position_truncated};

inline constexpr sim::BuggifySite short_poll{.name = "consumer.short-poll",
                                             .about = "a poll returns one record at most"};

inline constexpr std::array<sim::BuggifySite, 1> client_buggify_sites{short_poll};

}  // namespace logquake::kafka
