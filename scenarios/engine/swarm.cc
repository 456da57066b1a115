#include "scenarios/engine/swarm.h"

#include <charconv>
#include <optional>

#include "scenarios/engine/table_reader.h"
#include "sim/base/format.h"
#include "sim/base/time.h"
#include "sim/random.h"

namespace logquake::scenario {
namespace {

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [at, trouble] = std::from_chars(text.data(), end, number);
  if (trouble != std::errc{} || at != end) return std::nullopt;
  return number;
}

/// A bare duration, or one in the quotes of a TOML text.
std::optional<Duration> duration_in(const std::string& text) {
  if (text.size() < 3 || text.front() != '"' || text.back() != '"') return std::nullopt;
  const auto duration = parse_duration(std::string_view(text).substr(1, text.size() - 2));
  if (!duration || *duration < Duration::zero()) return std::nullopt;
  return *duration;
}

/// The value as TOML, as far as settings can be drawn of it.
std::optional<std::string> toml_of(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::integer:
      return format("{}", value.integer());
    case Value::Kind::boolean:
      return value.boolean() ? "true" : "false";
    case Value::Kind::real:
      return value.text();
    case Value::Kind::text:
      if (value.text().find_first_of("\"\\\n") != std::string::npos) return std::nullopt;
      return format("\"{}\"", value.text());
    default:
      return std::nullopt;
  }
}

std::string read_end(TableReader& table, std::string_view key) {
  const auto* value = table.value(key);
  if (value == nullptr) return {};
  const auto text = toml_of(*value);
  if (text && (whole_number(*text) || duration_in(*text))) return *text;
  table.fail_expected(key, "a whole number or a duration such as \"250ms\"");
  return {};
}

bool is_in_order(const SwarmSetting& setting) {
  const auto low = whole_number(setting.from);
  const auto high = whole_number(setting.to);
  if (low && high) return *low <= *high;
  const auto shortest = duration_in(setting.from);
  const auto longest = duration_in(setting.to);
  return shortest && longest && *shortest <= *longest;
}

SwarmSetting read_setting(TableReader& table) {
  SwarmSetting setting;
  setting.place = table.place();
  setting.key = table.required_text("key");
  setting.chance = table.ratio("chance", setting.chance);
  setting.from = read_end(table, "from");
  setting.to = read_end(table, "to");
  if (const auto* among = table.value("among")) {
    if (!among->is(Value::Kind::list) || among->elements().empty()) {
      table.fail_expected("among", "a list of values such as [3, 5]");
    } else {
      for (const auto& each : among->elements()) {
        if (const auto text = toml_of(each)) {
          setting.among.push_back(*text);
        } else {
          table.fail("among", format("cannot draw {}", found_phrase(each)));
        }
      }
    }
    if (table.has("from") || table.has("to"))
      table.fail("among", "expected either `among` or `from` and `to`");
  } else if (!table.has("from") || !table.has("to")) {
    table.fail("key", "expected what it may be: `among`, or `from` and `to`");
  } else if (!setting.from.empty() && !setting.to.empty() && !is_in_order(setting)) {
    table.fail("to", format("expected at least `from`, which is {}, and of its kind, found {}",
                            setting.from, setting.to));
  }
  return setting;
}

/// A duration between the two, in steps that read well.
std::string drawn_duration(Duration low, Duration high, sim::Random& random) {
  const Duration step = low >= 1ms ? Duration(1ms) : Duration(1us);
  return format("\"{}\"", to_text(Duration(random.between(low / step, high / step) * step)));
}

std::string drawn_text(const SwarmSetting& setting, sim::Random& random) {
  if (!setting.among.empty()) return random.pick(setting.among);
  switch (random.below(8)) {
    case 0:
      return setting.from;
    case 1:
      return setting.to;
    default:
      break;
  }
  const auto low = whole_number(setting.from);
  if (low) return format("{}", random.between(*low, whole_number(setting.to).value_or(*low)));
  const auto shortest = duration_in(setting.from).value_or(Duration::zero());
  return drawn_duration(shortest, duration_in(setting.to).value_or(shortest), random);
}

}  // namespace

std::vector<std::string> SwarmSetting::extremes() const {
  if (!among.empty()) return among;
  return {from, to};
}

Swarm read_swarm(TableReader& table) {
  Swarm swarm;
  for (auto& setting : table.tables("settings")) swarm.settings.push_back(read_setting(setting));
  return swarm;
}

std::string to_string(const DrawnSetting& setting) {
  return format("{} = {}", setting.key, setting.text);
}

std::vector<DrawnSetting> drawn_settings(const Swarm& swarm, std::uint64_t seed) {
  std::vector<DrawnSetting> drawn;
  const auto root = sim::Random(seed).split("swarm/setting");
  for (const auto& setting : swarm.settings) {
    auto random = root.split(setting.key);
    if (random.chance(setting.chance)) drawn.push_back({setting.key, drawn_text(setting, random)});
  }
  return drawn;
}

}  // namespace logquake::scenario
