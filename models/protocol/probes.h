// Where requests may fare worse than they must.
#pragma once

#include <array>

#include "sim/probe.h"

namespace logquake::kafka {

inline constexpr sim::BuggifySite early_timeout{
    .name = "request.early-timeout",
    .about = "a request is given up after a tenth of its time",
    .fires = {1, 128}};

inline constexpr std::array<sim::BuggifySite, 1> protocol_buggify_sites{early_timeout};

}  // namespace logquake::kafka
