// A bug that can be switched on, to show that the checker sees it.
#pragma once

#include <array>

#include "sim/defect.h"

namespace counter {

inline constexpr logquake::sim::Defect trust_own_disk{
    .name = "counter.trust-own-disk",
    .about = "a primary that starts again believes its own disk and asks no copy",
    .source = "this example",
    .breaks = "R-INV-1",
    .needs = "the primary loses power after both copies kept a step and before its own disk did"};

inline constexpr std::array<logquake::sim::Defect, 1> counter_defects{trust_own_disk};

}  // namespace counter
