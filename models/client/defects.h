// Broken rules of clients, as switches.
#pragma once

#include <array>

#include "sim/defect.h"

namespace logquake::kafka {

inline constexpr sim::Defect renumber_after_lost_answer{
    .name = "producer.renumber-after-lost-answer",
    .about =
        "An idempotent producer numbers a batch anew under a new epoch although its first "
        "attempt may be in the log.",
    .source = "logquake",
    .breaks = "K-INV-40, K-PRD-25",
    .needs = "the answer to a produce request is lost after the append"};
inline constexpr sim::Defect commit_before_delivery{
    .name = "consumer.commit-before-delivery",
    .about = "poll() commits automatically the positions after the records it is about to return.",
    .source = "logquake",
    .breaks = "K-INV-65, K-CON-8",
    .needs = "the consumer's process dies between a poll and the end of its processing"};

inline constexpr std::array<sim::Defect, 2> client_defects{renumber_after_lost_answer,
                                                           commit_before_delivery};

}  // namespace logquake::kafka
