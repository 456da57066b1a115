#include "sim/base/time.h"

#include <array>
#include <charconv>
#include <limits>

#include "sim/base/format.h"

namespace logquake {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
constexpr std::array<Unit, 6> units{{{"h", 3'600'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"s", 1'000'000'000},
                                     {"ms", 1'000'000},
                                     {"us", 1'000},
                                     {"ns", 1}}};

}  // namespace

std::string to_text(Duration duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0s";
  const std::uint64_t size =
      count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
  const std::string_view sign = count < 0 ? "-" : "";
  for (std::size_t index = 2; index < units.size(); ++index) {
    const auto unit = static_cast<std::uint64_t>(units[index].nanoseconds);
    if (size < unit) continue;
    if (size % unit == 0) return format("{}{}{}", sign, size / unit, units[index].name);
    if (size * 1000 / 1000 == size && (size * 1000) % unit == 0) {
      auto decimals = format("{:03}", (size % unit) * 1000 / unit);
      while (decimals.back() == '0') decimals.pop_back();
      return format("{}{}.{}{}", sign, size / unit, decimals, units[index].name);
    }
  }
  return format("{}{}ns", sign, size);
}

std::string to_text(Instant instant) {
  const auto count = instant.time_since_epoch().count();
  return format("{}.{:06}s", count / 1'000'000'000, count % 1'000'000'000 / 1000);
}

Result<Duration> parse_duration(std::string_view text) {
  const Error bad{
      ErrorCode::invalid_argument,
      format("expected a duration such as \"250ms\", \"30s\" or \"5m\", found \"{}\"", text)};
  const auto* end = text.data() + text.size();
  std::uint64_t whole = 0;
  auto [at, trouble] = std::from_chars(text.data(), end, whole);
  if (trouble != std::errc{}) return bad;
  std::string_view decimals;
  if (at != end && *at == '.') {
    const auto* start = ++at;
    while (at != end && *at >= '0' && *at <= '9') ++at;
    decimals = {start, static_cast<std::size_t>(at - start)};
    if (decimals.empty() || decimals.size() > 9) return bad;
  }
  const std::string_view name{at, static_cast<std::size_t>(end - at)};
  for (const auto& unit : units) {
    if (unit.name != name) continue;
    const auto size = static_cast<std::uint64_t>(unit.nanoseconds);
    if (whole > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / size)
      return bad;
    std::uint64_t total = whole * size;
    std::uint64_t scale = size;
    for (const char digit : decimals) {
      if (digit != '0' && scale % 10 != 0) return bad;
      scale /= 10;
      total += static_cast<std::uint64_t>(digit - '0') * scale;
    }
    if (total > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return bad;
    return Duration(static_cast<std::int64_t>(total));
  }
  return bad;
}

}  // namespace logquake
