#include "scenarios/cli/commands.h"

#include <charconv>
#include <cstdio>

#include "sim/base/format.h"

namespace logquake::scenario {

int bad_input(std::string_view why) {
  std::fputs(format("logquake: {}\n", why).c_str(), stderr);
  return exit_bad_input;
}

int harness_trouble(std::string_view why) {
  std::fputs(format("logquake: {}\n", why).c_str(), stderr);
  return exit_harness_trouble;
}

std::optional<Scenario> load(const Settings& settings, const Catalog& catalog) {
  Problems problems("logquake");
  auto scenario =
      load_scenario(settings.subject, catalog, {settings.sets, settings.defects}, problems);
  if (!scenario) std::fputs(problems.to_text().c_str(), stderr);
  return scenario;
}

bool read_strategy(const Settings& settings, std::optional<sim::Strategy>& strategy) {
  if (settings.strategy.empty()) return true;
  const auto parsed = sim::parse_strategy(settings.strategy);
  if (!parsed) {
    bad_input(
        format("--strategy: expected \"fifo\", \"random\", \"random:20ms\" or \"pct:3:20ms\", "
               "found \"{}\"",
               settings.strategy));
    return false;
  }
  strategy = *parsed;
  return true;
}

bool read_count(std::string_view flag, const std::string& text, std::int64_t& count) {
  constexpr std::int64_t most = 1'000'000;
  if (text.empty()) return true;
  const auto* last = text.data() + text.size();
  const auto [end, trouble] = std::from_chars(text.data(), last, count);
  if (trouble == std::errc{} && end == last && count >= 1 && count <= most) return true;
  bad_input(format("{}: expected a whole number from 1 to {}, found \"{}\"", flag, most, text));
  return false;
}

bool read_duration(std::string_view flag, const std::string& text,
                   std::optional<Duration>& duration) {
  if (text.empty()) return true;
  const auto parsed = parse_duration(text);
  if (!parsed || *parsed <= Duration::zero()) {
    bad_input(
        format("{}: expected a duration such as \"90s\" or \"10m\", found \"{}\"", flag, text));
    return false;
  }
  duration = *parsed;
  return true;
}

}  // namespace logquake::scenario
