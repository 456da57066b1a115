// For tests: a simulation with an ensemble of ZooKeeper servers "zookeeper-1" to "zookeeper-N".
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/quorum/client/zookeeper_client.h"
#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
#include "models/quorum/server/zookeeper_server.h"
#include "sim/base/check.h"
#include "sim/base/format.h"
#include "sim/simulation.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::zookeeper::testing {

struct EnsembleOptions {
  int voters = 3;
  int observers = 0;
  std::set<std::string, std::less<>> defects = {};
  std::uint64_t seed = 1;
  std::function<void(ServerSettings&)> adjust = {};
};

/// Ticks of 500 ms, initLimit 10, syncLimit 4, as in the recorded checks (section 9).
class EnsembleWorld {
 public:
  explicit EnsembleWorld(const EnsembleOptions& options = {})
      : simulation(simulation_options(options)) {
    settings_.tick_time = 500ms;
    settings_.init_limit = 10;
    settings_.sync_limit = 4;
    for (int i = 1; i <= options.voters + options.observers; ++i) {
      EnsembleServer server;
      server.id = ServerId(i);
      server.host = host(i);
      server.is_observer = i > options.voters;
      settings_.servers.push_back(server);
    }
    if (options.adjust) options.adjust(settings_);
    simulation.trace().subscribe([this](const sim::TraceEvent& event) { note(event); });
    for (const auto& server : settings_.servers) {
      simulation.add_node(server.host, [this](sim::Node& node) { run_zookeeper(node, settings_); });
    }
  }

  sim::Address address(int id) const { return {host(id), settings_.client_port}; }
  sim::NodeId id_of(int id) { return node(id).id(); }
  static std::string host(int id) { return format("zookeeper-{}", id); }
  std::vector<sim::Address> addresses() const {
    std::vector<sim::Address> all;
    for (const auto& server : settings_.servers)
      all.push_back({server.host, settings_.client_port});
    return all;
  }
  /// Runs until `condition` holds; false where it never did.
  bool until(const std::function<bool()>& condition, Duration limit = 120s) {
    return simulation.run_until(condition, limit).reason == sim::Stop::Reason::condition;
  }
  /// The server that serves as leader, 0 for none.
  int leader() const {
    for (const auto& [id, mode] : serving_) {
      if (mode == "leader") return id;
    }
    return 0;
  }
  /// Those that serve as followers, in the order of their ids.
  std::vector<int> followers() const {
    std::vector<int> all;
    for (const auto& [id, mode] : serving_) {
      if (mode == "follower") all.push_back(id);
    }
    return all;
  }
  /// Waits until every server serves.
  bool start() {
    return until([this] { return serving_.size() == settings_.servers.size(); });
  }
  std::size_t serving() const { return serving_.size(); }
  bool serves(int id) const { return serving_.count(id) > 0; }
  sim::Node& node(int id) { return simulation.node(host(id)); }

  /// Runs `program` on a client machine until it returns; its clients' tasks may outlive it.
  void run(const std::function<void(sim::Node&)>& program, Duration limit = 1h) {
    bool finished = false;
    simulation.add_node(format("test-{}", ++programs_),
                        [&](sim::Node& node) {
                          program(node);
                          finished = true;
                          node.sleep_for(limit);
                        },
                        {.group = {}, .restarts_itself = false});
    const auto stop = simulation.run_until([&] { return finished; }, limit);
    LOGQUAKE_CHECK(stop.reason == sim::Stop::Reason::condition,
                   std::string(name_of(stop.reason)) + ": " + stop.message);
  }
  /// Calls `listener` for each fact of that type, with the server it came from.
  template <class Fact>
  void on(std::function<void(const Fact&, const std::string& node)> listener) {
    simulation.trace().subscribe([listener = std::move(listener)](const sim::TraceEvent& event) {
      if (const auto* fact = event.as<Fact>()) listener(*fact, std::string(event.node_name));
    });
  }

 private:
  static sim::Options simulation_options(const EnsembleOptions& options) {
    sim::Options result;
    result.seed = options.seed;
    result.defects = options.defects;
    return result;
  }
  // Who serves, as what.
  void note(const sim::TraceEvent& event) {
    if (!event.node_name.starts_with("zookeeper-")) return;
    const auto id = std::stoi(std::string(event.node_name.substr(10)));
    if (const auto* started = event.as<ServingStarted>()) serving_[id] = started->mode;
    if (event.as<ServingStopped>() != nullptr || event.as<sim::NodeCrashed>() != nullptr ||
        event.as<sim::NodeLostPower>() != nullptr || event.as<sim::NodeExited>() != nullptr)
      serving_.erase(id);
  }

  ServerSettings settings_;
  std::map<int, std::string> serving_;
  int programs_ = 0;

 public:
  sim::Simulation simulation;
};

}  // namespace logquake::zookeeper::testing
