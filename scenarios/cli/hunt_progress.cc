#include "scenarios/cli/hunt_progress.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::scenario {

std::string progress_text(const HuntProgress& progress, std::optional<Duration> time) {
  const auto milliseconds = std::max<std::int64_t>(1, progress.elapsed / 1ms);
  const auto own = progress.runs - progress.resumed;
  const auto tenths = own * 10'000 / milliseconds;
  auto text = format("{}{} runs, {}.{}/s, {} simulated s/s", progress.runs,
                     progress.total > 0 ? format(" of {}", progress.total) : "", tenths / 10,
                     tenths % 10, progress.simulated / 1ms / milliseconds);
  if (progress.probes_to_reach > 0) {
    text += format(", probes {} of {}", progress.probes_reached, progress.probes_to_reach);
  }
  text += format(", fault kinds {}, {} failures", progress.fault_kinds, progress.failures);
  std::optional<Duration> left;
  if (progress.total > 0 && own > 0) {
    left = std::chrono::milliseconds(milliseconds * (progress.total - progress.runs) / own);
  }
  if (time) {
    left = std::min(left.value_or(*time), std::max(Duration::zero(), *time - progress.elapsed));
  }
  if (left) text += format(", {} left", clock_text(*left));
  return text;
}

void HuntLine::show(const HuntProgress& progress) {
  constexpr int most_told = 10;  // chosen: half a screen
  if (!progress.news.empty() && told_++ < most_told) {
    line_.say(progress.news);
    if (told_ == most_told) line_.say("further failures are counted only");
  }
  line_.show(progress.elapsed, [&] { return progress_text(progress, time_); });
}

}  // namespace logquake::scenario
