// Broken rules that the gossip model can be switched to.
#pragma once

#include <array>

#include "sim/defect.h"

namespace logquake::gossip {

inline constexpr sim::Defect forget_after_restart{
    .name = "gossip.forget-after-restart",
    .about = "a node does not read its rumours from the disk when it starts",
    .source = "logquake",
    .breaks = "G-INV-2",
    .needs = "a node crashes after acknowledging a rumour, and restarts"};

inline constexpr sim::Defect skip_anti_entropy{
    .name = "gossip.skip-anti-entropy",
    .about = "rumours are only pushed while hot, never compared afterwards",
    .source = "Demers et al. 1987, section 1.4: rumour mongering alone leaves a residue",
    .breaks = "G-INV-1",
    .needs = "a node is down or cut off while a rumour is hot"};

inline constexpr std::array<sim::Defect, 2> gossip_defects{forget_after_restart, skip_anti_entropy};

}  // namespace logquake::gossip
