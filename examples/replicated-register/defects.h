// A bug that can be switched on, to show that the checker sees it.
#pragma once

#include <array>

#include "sim/defect.h"

namespace atomic_register {

inline constexpr logquake::sim::Defect skip_write_back{
    .name = "register.skip-write-back",
    .about = "a reader returns what it found without making sure that a majority has it",
    .source = "Attiya, Bar-Noy, Dolev: Sharing memory robustly in message-passing systems (1995)",
    .breaks = "R-REG-1",
    .needs = "a write that has reached one replica when two reads follow each other"};

inline constexpr std::array<logquake::sim::Defect, 1> register_defects{skip_write_back};

}  // namespace atomic_register
