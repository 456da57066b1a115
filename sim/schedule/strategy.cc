#include "sim/schedule/strategy.h"

#include <algorithm>
#include <charconv>

#include "sim/base/format.h"
#include "sim/random.h"

namespace logquake::sim {
namespace {

constexpr std::uint64_t change_label = 0x70637420706f696eULL;  // chosen: any constant
constexpr std::uint64_t rank_label = 0x7063742072616e6bULL;

Duration share_of(Duration slack, std::uint64_t value) {
  return Duration(static_cast<std::int64_t>(
      keyed_below(value, static_cast<std::uint32_t>(slack.count() / 1000 + 1)) * 1000));
}

}  // namespace

Duration Strategy::hold(std::uint64_t seed, std::uint64_t task_hash,
                        std::uint64_t occurrence) const {
  switch (kind) {
    case Kind::fifo:
      return Duration::zero();
    case Kind::random: {
      const auto value = keyed_value(seed, task_hash, occurrence);
      if ((value & 7) != 0) return Duration::zero();
      return share_of(slack, mix64(value));
    }
    case Kind::pct: {
      // The rank changes at the occurrences that this task's own keyed values pick; between two of
      // them it stays, which is what makes a priority. Looking back is bounded by the period of
      // 4,096.
      const std::uint64_t period = occurrence / 4096;
      const std::uint64_t within = occurrence % 4096;
      std::uint64_t changes = 0;
      for (int point = 0; point < depth; ++point) {
        const auto value =
            keyed_value(seed ^ change_label, task_hash, period * 64 + static_cast<unsigned>(point));
        if (keyed_below(value, 4096) <= within) ++changes;
      }
      const auto rank = keyed_value(seed ^ rank_label, task_hash, period * 64 + changes);
      // Half of the ranks are "high": never held back.
      if ((rank & 1) != 0) return Duration::zero();
      return share_of(slack, rank);
    }
  }
  return Duration::zero();
}

bool Strategy::concerns(std::string_view node) const {
  return only.empty() || std::find(only.begin(), only.end(), node) != only.end();
}

std::string to_string(const Strategy& strategy) {
  std::string rest = strategy.slack == Strategy{}.slack ? "" : ":" + to_text(strategy.slack);
  for (const auto& node : strategy.only)
    rest += (&node == &strategy.only.front() ? ":only=" : "+") + node;
  switch (strategy.kind) {
    case Strategy::Kind::fifo:
      return "fifo";
    case Strategy::Kind::random:
      return "random" + rest;
    case Strategy::Kind::pct:
      return format("pct:{}{}", strategy.depth, rest);
  }
  return "fifo";
}

Result<Strategy> parse_strategy(std::string_view text) {
  const Error bad{
      ErrorCode::invalid_argument,
      format("expected a strategy such as \"fifo\", \"random\", \"random:20ms\", \"pct:3\" or "
             "\"pct:3:20ms\", found \"{}\"",
             text)};
  std::vector<std::string_view> parts;
  for (std::string_view rest = text;;) {
    const auto colon = rest.find(':');
    parts.push_back(rest.substr(0, colon));
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  Strategy strategy;
  std::size_t next = 1;
  if (parts[0] == "fifo") {
    if (parts.size() != 1) return bad;
  } else if (parts[0] == "random") {
    strategy.kind = Strategy::Kind::random;
  } else if (parts[0] == "pct") {
    strategy.kind = Strategy::Kind::pct;
    if (parts.size() > 1 && !parts[1].starts_with("only=")) {
      const auto* end = parts[1].data() + parts[1].size();
      const auto [at, trouble] = std::from_chars(parts[1].data(), end, strategy.depth);
      if (trouble != std::errc{} || at != end || strategy.depth < 1 || strategy.depth > 64)
        return bad;
      next = 2;
    }
  } else {
    return bad;
  }
  if (constexpr std::string_view only = "only="; parts.back().starts_with(only)) {
    for (auto rest = parts.back().substr(only.size());;) {
      const auto plus = rest.find('+');
      strategy.only.emplace_back(rest.substr(0, plus));
      if (strategy.only.back().empty()) return bad;
      if (plus == std::string_view::npos) break;
      rest.remove_prefix(plus + 1);
    }
    parts.pop_back();
  }
  if (parts.size() > next) {
    const auto slack = parse_duration(parts[next]);
    if (!slack || *slack < 1us || *slack > 60s || parts.size() > next + 1) return bad;
    strategy.slack = *slack;
  }
  return strategy;
}

}  // namespace logquake::sim
