// What a ClientService tells about itself to four-letter words. Source: Z-4L-1 to Z-4L-14.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "models/quorum/service/client_service.h"
#include "models/quorum/service/four_letter_words.h"
#include "models/quorum/tree/session_tracker.h"
#include "sim/disk/disk.h"

namespace logquake::zookeeper {
namespace {

constexpr std::size_t word_length = 4;
constexpr std::size_t mask_length = 8;  // of a big-endian number behind `stmk`

std::int64_t mask_in(std::string_view bytes) {
  std::uint64_t mask = 0;
  for (const char byte : bytes) mask = mask << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(mask);
}

std::int64_t approximate_bytes(const ZnodeTree& tree) {
  std::size_t bytes = 0;
  for (const auto& [path, znode] : tree.nodes())
    bytes += path.size() + (znode.data ? znode.data->size() : 0);
  return static_cast<std::int64_t>(bytes);
}

}  // namespace

void ClientService::answer(ClientConnection& connection, const FourLetterWord& word) {
  if (auto text = text_for(word)) send(connection, FourLetterAnswer{*std::move(text)});
  end(connection, "four-letter-word");
}

std::optional<std::string> ClientService::text_for(const FourLetterWord& word) {
  const auto name = std::string_view(word.text).substr(0, word_length);
  const auto rest = std::string_view(word.text).substr(name.size());
  const bool is_allowed =
      settings_.four_letter_words.contains("*") || settings_.four_letter_words.contains(name);
  if (name == "stmk" && is_allowed) {
    if (rest.size() < mask_length) return std::nullopt;
    trace_mask_ = mask_in(rest.substr(0, mask_length));
  }
  auto text = answer_word(name, statistics());
  if (is_allowed && is_open() && name == "srst") counted_ = {};
  if (is_allowed && is_open() && name == "crst") {
    for (auto& [id, each] : connections_) each->counted.reset();
  }
  return text;
}

ServerStatistics ClientService::statistics() const {
  ServerStatistics server;
  server.is_serving = is_open();
  server.settings = settings_;
  server.id = id_;
  server.trace_mask = trace_mask_;
  if (!is_open()) return server;

  route_->describe(server);
  server.latency = counted_.latency;
  server.received = counted_.received;
  server.sent = counted_.sent;
  server.uptime_ms = (node_.now() - opened_) / std::chrono::milliseconds(1);
  server.environment = {{"zookeeper.version", server.version}, {"host.name", node_.name()}};

  const auto& tree = database_.tree();
  server.zxid = route_->last_zxid();
  server.tree_nodes = static_cast<std::int64_t>(tree.nodes().size());
  server.data_bytes = approximate_bytes(tree);
  server.sessions = tree.sessions();
  for (const auto& [session, timeout] : tree.sessions()) {
    const auto& paths = tree.ephemerals_of(session);
    if (!paths.empty()) server.ephemerals[session] = {paths.begin(), paths.end()};
  }
  add_connections(server);
  add_files(server);
  return server;
}

void ClientService::add_connections(ServerStatistics& server) const {
  std::map<Instant, std::vector<std::pair<std::string, SessionId>>> buckets;
  for (const auto& [id, connection] : connections_) {
    if (!connection->stream.is_open()) continue;
    auto counted = connection->counted;
    if (connection->established) {
      counted.session = connection->session;
      counted.timeout = connection->timeout;
    }
    buckets[idle_at(*connection)].emplace_back(counted.address, counted.session);
    server.connections.push_back(std::move(counted));
  }
  for (auto& [expiry, members] : buckets) {
    const auto at = node_.wall_clock() + (expiry - node_.now());
    server.connection_buckets.emplace_back(at, std::move(members));
  }
  for (const auto& [path, watchers] : watches_.data_watches()) {
    for (const auto watcher : watchers) {
      const auto found = connections_.find(watcher);
      if (found != connections_.end()) server.data_watches[path].insert(found->second->session);
    }
  }
}

void ClientService::add_files(ServerStatistics& server) const {
  auto& disk = node_.disk();
  for (const auto& path : disk.list(settings_.data_dir)) {
    const auto file = disk.open(path, sim::Open::existing);
    if (!file) continue;
    const bool is_log = path.find("/log.") != path.npos;
    (is_log ? server.log_dir_bytes : server.data_dir_bytes) += file->size();
  }
  // The listener, and a socket for each client.
  server.open_files = 1 + static_cast<std::int64_t>(connections_.size());
}

}  // namespace logquake::zookeeper
