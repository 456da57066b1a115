// Where the kernel itself may do what is allowed but rare.
#pragma once

#include <array>

#include "sim/probe.h"

namespace logquake::sim {

inline constexpr BuggifySite late_sleep{
    .name = "sleep.late", .about = "a sleep takes 100 ms longer than asked", .fires = {1, 64}};
inline constexpr BuggifySite slow_connect{.name = "connect.slow",
                                          .about = "a connect begins 100 ms late"};

inline constexpr std::array<BuggifySite, 2> kernel_buggify_sites{late_sleep, slow_connect};

}  // namespace logquake::sim
