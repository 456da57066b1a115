#include "models/quorum/server_settings.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

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

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = std::min(text.find(separator), text.size());
    parts.push_back(trimmed(text.substr(0, end)));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
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
  all["fastleader.maxNotificationInterval"] =
      number(1, most, [=](auto& s, auto n) { s.max_notification_interval = milliseconds(n); });
  all["simulation.counterLimit"] =
      number(2, 0xFFFFFFFF, [](auto& s, auto n) { s.counter_limit = n; });
  all["dataDir"] = [](ServerSettings& settings, std::string_view text) {
    settings.data_dir = text;
    return !text.empty();
  };
  all["forceSync"] = [](ServerSettings& settings, std::string_view text) {
    settings.force_sync = text == "yes";
    return text == "yes" || text == "no";
  };
  all["4lw.commands.whitelist"] = [](ServerSettings& settings, std::string_view text) {
    settings.four_letter_words.clear();
    for (const auto word : split(text, ',')) settings.four_letter_words.emplace(word);
    return !text.empty();
  };
  all["readonlymode.enabled"] = [](ServerSettings& settings, std::string_view text) {
    settings.read_only_mode = text == "true";
    return text == "true" || text == "false";
  };
  all["snapshot.trust.empty"] = [](ServerSettings& settings, std::string_view text) {
    settings.trust_empty_snapshot = text == "true";
    return text == "true" || text == "false";
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

std::optional<ServerId> server_id_of(std::string_view text) {
  const auto number = number_of(text);
  if (!number || *number < 1 || *number > 255) return std::nullopt;
  return ServerId(static_cast<std::int32_t>(*number));
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  const auto number = number_of(text);
  if (!number || *number < 1 || *number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

// "host:2888:3888", ":participant" or ":observer", and ";2181" or ";0.0.0.0:2181" behind it.
std::optional<EnsembleServer> server_of(std::string_view text) {
  const auto parts = split(text.substr(0, text.find(';')), ':');
  if (parts.size() < 3 || parts.size() > 4 || parts[0].empty()) return std::nullopt;
  EnsembleServer server;
  server.host = parts[0];
  const auto quorum = port_of(parts[1]);
  const auto election = port_of(parts[2]);
  if (!quorum || !election) return std::nullopt;
  server.quorum_port = *quorum;
  server.election_port = *election;
  if (parts.size() == 4) {
    if (parts[3] != "observer" && parts[3] != "participant") return std::nullopt;
    server.is_observer = parts[3] == "observer";
  }
  return server;
}

// The lines that name the members of an ensemble: server.N, group.G and weight.N.
class EnsembleLines {
 public:
  static bool is_one(std::string_view key) {
    return key.starts_with("server.") || key.starts_with("group.") || key.starts_with("weight.");
  }
  // What was expected, where the line is wrong.
  std::string take(std::string_view key, std::string_view value) {
    const auto dot = key.find('.');
    const auto kind = key.substr(0, dot);
    const auto number = server_id_of(key.substr(dot + 1));
    if (!number) return format("'{}' needs a number from 1 to 255 behind the dot", key);
    if (kind == "server") {
      auto server = server_of(value);
      if (!server) return format("'{}' is no host:quorumPort:electionPort[:observer]", value);
      server->id = *number;
      if (!servers_.emplace(*number, *server).second) return format("{} is there twice", key);
    } else if (kind == "weight") {
      const auto weight = number_of(value);
      if (!weight || *weight < 0 || *weight > 1'000'000) return format("'{}' is no weight", value);
      weights_[*number] = *weight;
    } else {
      for (const auto member : split(value, ':')) {
        const auto id = server_id_of(member);
        if (!id) return format("'{}' is no list of server numbers like 1:2:3", value);
        if (!groups_.emplace(*id, number->value()).second)
          return format("server {} is in two groups", id->value());
      }
    }
    return {};
  }
  // What is wrong with all of them together.
  std::string finish(ServerSettings& settings) {
    for (const auto& [id, group] : groups_) {
      if (servers_.count(id) == 0)
        return format("group.{} names server {}, which there is not", group, id.value());
    }
    for (auto& [id, server] : servers_) {
      if (const auto group = groups_.find(id); group != groups_.end()) server.group = group->second;
      if (const auto weight = weights_.find(id); weight != weights_.end())
        server.weight = weight->second;
      if (!groups_.empty() && server.group == 0 && !server.is_observer)
        return format("server {} is in no group", id.value());
      settings.servers.push_back(server);
    }
    return {};
  }

 private:
  std::map<ServerId, EnsembleServer> servers_;
  std::map<ServerId, std::int64_t> groups_;
  std::map<ServerId, std::int64_t> weights_;
};

}  // namespace

const EnsembleServer* ServerSettings::server_at(std::string_view host) const {
  const auto found = std::find_if(servers.begin(), servers.end(),
                                  [&](const auto& server) { return server.host == host; });
  return found == servers.end() ? nullptr : &*found;
}

const EnsembleServer* ServerSettings::server(ServerId id) const {
  const auto found = std::find_if(servers.begin(), servers.end(),
                                  [&](const auto& server) { return server.id == id; });
  return found == servers.end() ? nullptr : &*found;
}

Duration ServerSettings::negotiated(Duration requested) const {
  return std::clamp(requested, min_timeout(), std::max(min_timeout(), max_timeout()));
}

QuorumVerifier verifier_of(const ServerSettings& settings) {
  std::set<ServerId> voters;
  std::map<std::int64_t, QuorumVerifier::Weights> groups;
  for (const auto& server : settings.servers) {
    if (server.is_observer) continue;
    voters.insert(server.id);
    if (server.group != 0) groups[server.group][server.id] = server.weight;
  }
  if (groups.empty()) return QuorumVerifier::majority_of(voters);
  std::vector<QuorumVerifier::Weights> weights;
  for (auto& [group, members] : groups) weights.push_back(std::move(members));
  return QuorumVerifier::hierarchical(std::move(weights));
}

logquake::Result<ServerSettings> parse_zoo_cfg(std::string_view text) {
  const auto known = setters();
  ServerSettings settings;
  EnsembleLines ensemble;
  std::set<std::string, std::less<>> given;
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
    if (EnsembleLines::is_one(key)) {
      if (auto why = ensemble.take(key, value); !why.empty()) return refused(std::move(why));
      continue;
    }
    const auto setter = known.find(key);
    if (setter == known.end()) {
      std::string names;
      for (const auto& [name, unused] : known) names += (names.empty() ? "" : ", ") + name;
      return refused(format("unknown key '{}', known are {}", key, names));
    }
    if (!setter->second(settings, value))
      return refused(format("'{}' is no value for {}", value, key));
    given.emplace(key);
  }
  if (const auto why = ensemble.finish(settings); !why.empty())
    return logquake::Error{logquake::ErrorCode::invalid_argument, format("zoo.cfg: {}", why)};
  const auto voters = std::count_if(settings.servers.begin(), settings.servers.end(),
                                    [](const auto& server) { return !server.is_observer; });
  for (const auto* limit : {"initLimit", "syncLimit"}) {  // no defaults for ensembles (Z-TM-1)
    if (voters > 1 && !given.contains(limit))
      return logquake::Error{logquake::ErrorCode::invalid_argument,
                             format("zoo.cfg: {} is not set", limit)};
  }
  return settings;
}

}  // namespace logquake::zookeeper
