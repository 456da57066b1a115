// What a folder of scenarios may hold besides: the exam paper, see scenarios/campaign/exam_paper.h.
#pragma once

#include <string_view>

namespace logquake::scenario {

/// No scenario, although it lies among them.
inline constexpr std::string_view exam_file = "exam.toml";

}  // namespace logquake::scenario
