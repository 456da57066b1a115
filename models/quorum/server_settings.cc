#include "models/quorum/server_settings.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <optional>

#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

using Setter = std::function<bool(ServerSettings&, std::string_view)>;

Setter number(std::int64_t low, std::int64_t high,
              std::function<void(ServerSettings&, std::int64_t)> set) {
  return [=](ServerSettings& settings, std::string_view text) {
    const auto value = number_of(text);
    if (!value || *value < low || *value > high) return false;
    set(settings, *value);
    return true;
  };
}

std::map<std::string, Setter, std::less<>> setters() {
  constexpr std::int64_t most = 1'000'000'000;  // chosen: fits every field
  const auto milliseconds = [](std::int64_t n) { return std::chrono::milliseconds(n); };
  std::map<std::string, Setter, std::less<>> all;
  all["tickTime"] = number(1, most, [=](auto& s, auto n) { s.tick_time = milliseconds(n); });
  all["minSessionTimeout"] =
      number(1, most, [=](auto& s, auto n) { s.min_session_timeout = milliseconds(n); });
  all["maxSessionTimeout"] =
      number(1, most, [=](auto& s, auto n) { s.max_session_timeout = milliseconds(n); });
  all["clientPort"] =
      number(1, 65535, [](auto& s, auto n) { s.client_port = static_cast<std::uint16_t>(n); });
  all["initLimit"] =
      number(1, most, [](auto& s, auto n) { s.init_limit = static_cast<std::int32_t>(n); });
  all["syncLimit"] =
      number(1, most, [](auto& s, auto n) { s.sync_limit = static_cast<std::int32_t>(n); });
  all["maxClientCnxns"] = number(
      0, most, [](auto& s, auto n) { s.max_client_connections = static_cast<std::int32_t>(n); });
  all["snapCount"] =
      number(2, most, [](auto& s, auto n) { s.snap_count = static_cast<std::int32_t>(n); });
  all["autopurge.snapRetainCount"] =
      number(3, most, [](auto& s, auto n) { s.snapshots_to_keep = static_cast<std::int32_t>(n); });
  all["dataDir"] = [](ServerSettings& settings, std::string_view text) {
    settings.data_dir = text;
    return !text.empty();
  };
  all["forceSync"] = [](ServerSettings& settings, std::string_view text) {
    settings.force_sync = text == "yes";
    return text == "yes" || text == "no";
  };
  // The second is the name of the Java property that the first turns into.
  for (const auto* key : {"extendedTypesEnabled", "zookeeper.extendedTypesEnabled"}) {
    all[key] = [](ServerSettings& settings, std::string_view text) {
      settings.extended_types = text == "true";
      return text == "true" || text == "false";
    };
  }
  return all;
}

}  // namespace

Duration ServerSettings::negotiated(Duration requested) const {
  return std::clamp(requested, min_timeout(), std::max(min_timeout(), max_timeout()));
}

logquake::Result<ServerSettings> parse_zoo_cfg(std::string_view text) {
  const auto known = setters();
  ServerSettings settings;
  int line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const auto refused = [&](std::string why) {
      return logquake::Error{logquake::ErrorCode::invalid_argument,
                             format("zoo.cfg line {}: {}", line_number, why)};
    };
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return refused(format("'{}' is no key=value", line));
    const auto key = trimmed(line.substr(0, equals));
    const auto value = trimmed(line.substr(equals + 1));
    if (key.substr(0, 7) == "server.") return refused("ensembles are not simulated yet");
    const auto setter = known.find(key);
    if (setter == known.end()) {
      std::string names;
      for (const auto& [name, unused] : known) names += (names.empty() ? "" : ", ") + name;
      return refused(format("unknown key '{}', known are {}", key, names));
    }
    if (!setter->second(settings, value))
      return refused(format("'{}' is no value for {}", value, key));
  }
  return settings;
}

}  // namespace logquake::zookeeper
