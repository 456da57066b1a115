// Places that a campaign over the gossip model should reach.
#pragma once

#include <array>

#include "sim/probe.h"

namespace logquake::gossip {

inline constexpr sim::Probe learned_by_anti_entropy{
    .name = "gossip.learned-by-anti-entropy", .about = "a rumour came by comparing, not by a push"};
inline constexpr sim::Probe restarted_with_rumours{.name = "gossip.restarted-with-rumours",
                                                   .about = "a node came back and knew something"};

inline constexpr std::array<sim::Probe, 2> gossip_probes{learned_by_anti_entropy,
                                                         restarted_with_rumours};

inline constexpr sim::BuggifySite small_answer{
    .name = "gossip.small-answer", .about = "a comparison brings one missing rumour at most"};

inline constexpr std::array<sim::BuggifySite, 1> gossip_buggify_sites{small_answer};

}  // namespace logquake::gossip
