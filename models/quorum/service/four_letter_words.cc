#include "models/quorum/service/four_letter_words.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "models/quorum/service/four_letter_dumps.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

using Writer = std::string (*)(const ServerStatistics&);

std::string version_of(const ServerStatistics& server) {
  return format("{}, built on {}", server.version, server.built);
}

std::string head_of(const ServerStatistics& server) {
  const auto* read_only = server.mode == ServerMode::read_only
                              ? "READ-ONLY mode; serving only read-only clients\n"
                              : "";
  return format("Zookeeper version: {}\n{}", version_of(server), read_only);
}

std::string counters_of(const ServerStatistics& server) {
  auto text = format(
      "Latency min/avg/max: {}/{}/{}\nReceived: {}\nSent: {}\nConnections: {}\nOutstanding: {}\n"
      "Zxid: 0x{:x}\nMode: {}\nNode count: {}\n",
      server.latency.min, server.latency.average(), server.latency.max, server.received,
      server.sent, server.connections.size(), server.outstanding, server.zxid.value(),
      name_of(server.mode), server.tree_nodes + 1);
  if (server.leader) {
    text += format("Proposal sizes last/min/max: {}/{}/{}\n", server.leader->last_proposal_bytes,
                   server.leader->min_proposal_bytes, server.leader->max_proposal_bytes);
  }
  return text;
}

std::string srvr(const ServerStatistics& server) { return head_of(server) + counters_of(server); }

std::string stat(const ServerStatistics& server) {
  auto text = head_of(server) + "Clients:\n";
  for (const auto& connection : server.connections) text += brief_line(connection) + "\n";
  return text + "\n" + counters_of(server);
}

std::string cons(const ServerStatistics& server) {
  std::string text;
  for (const auto& connection : server.connections) text += full_line(connection) + "\n";
  return text + "\n";
}

std::string isro(const ServerStatistics& server) {
  return server.mode == ServerMode::read_only ? "ro" : "rw";
}

std::string mntr(const ServerStatistics& server) {
  std::string text = format("zk_version\t{}\n", version_of(server));
  const auto add = [&](std::string_view key, const auto& value) {
    text += format("zk_{}\t{}\n", key, value);
  };
  std::size_t ephemerals = 0;
  for (const auto& [session, paths] : server.ephemerals) ephemerals += paths.size();
  std::size_t watches = 0;
  for (const auto& [path, watchers] : server.data_watches) watches += watchers.size();
  add("server_state", name_of(server.mode));
  if (!server.peer_state.empty()) add("peer_state", server.peer_state);
  add("ephemerals_count", ephemerals);
  add("num_alive_connections", server.connections.size());
  add("avg_latency", server.latency.average());
  add("outstanding_requests", server.outstanding);
  add("znode_count", server.tree_nodes + 1);
  add("global_sessions", server.sessions.size());
  add("packets_sent", server.sent);
  add("packets_received", server.received);
  add("watch_count", watches);
  add("min_latency", server.latency.min);
  add("max_latency", server.latency.max);
  add("approximate_data_size", server.data_bytes);
  add("open_file_descriptor_count", server.open_files);
  add("uptime", server.uptime_ms);
  if (server.quorum_size > 0) add("quorum_size", server.quorum_size);
  if (!server.leader) return text;
  const auto& leader = *server.leader;
  add("learners", leader.learners);
  add("synced_followers", leader.synced_followers);
  add("synced_observers", leader.synced_observers);
  add("synced_non_voting_followers", leader.synced_non_voting_followers);
  add("pending_syncs", leader.pending_syncs);
  add("leader_uptime", leader.uptime_ms);
  add("last_proposal_size", leader.last_proposal_bytes);
  add("min_proposal_size", leader.min_proposal_bytes);
  add("max_proposal_size", leader.max_proposal_bytes);
  return text;
}

std::string envi(const ServerStatistics& server) {
  std::string text = "Environment:\n";
  for (const auto& [key, value] : server.environment) text += format("{}={}\n", key, value);
  return text;
}

std::string dirs(const ServerStatistics& server) {
  return format("datadir_size: {}\nlogdir_size: {}\n", server.data_dir_bytes, server.log_dir_bytes);
}

std::string trace_mask(const ServerStatistics& server) { return format("{}", server.trace_mask); }

// What each word writes while the server serves.
struct Word {
  std::string_view name;
  Writer write;
};
constexpr std::array words{
    Word{"ruok", [](const ServerStatistics&) { return std::string("imok"); }},
    Word{"isro", isro},
    Word{"srvr", srvr},
    Word{"stat", stat},
    Word{"cons", cons},
    Word{"mntr", mntr},
    Word{"dump", dump_text},
    Word{"conf", configuration_text},
    Word{"wchs", watch_summary},
    Word{"wchc", watches_by_session},
    Word{"wchp", watches_by_path},
    Word{"srst", [](const ServerStatistics&) { return std::string("Server stats reset.\n"); }},
    Word{"crst", [](const ServerStatistics&) { return std::string("Connection stats reset.\n"); }},
    Word{"dirs", dirs},
    Word{"envi", envi},
    Word{"gtmk", trace_mask},
    Word{"stmk", trace_mask},
    Word{"hash", digest_lines},
};

const Word* find(std::string_view name) {
  const auto* found =
      std::find_if(words.begin(), words.end(), [&](const Word& word) { return word.name == name; });
  return found == words.end() ? nullptr : &*found;
}

}  // namespace

bool is_four_letter_word(std::string_view word) { return find(word) != nullptr; }

std::optional<std::string> answer_word(std::string_view word, const ServerStatistics& server) {
  const auto* known = find(word);
  if (known == nullptr) return std::nullopt;
  const auto& allowed = server.settings.four_letter_words;
  if (!allowed.contains("*") && !allowed.contains(word))
    return format("{} is not executed because it is not in the whitelist.\n", word);
  if (!server.is_serving && word == "isro") return "null";
  if (!server.is_serving && word != "ruok")
    return "This ZooKeeper instance is not currently serving requests\n";
  return known->write(server);
}

}  // namespace logquake::zookeeper
