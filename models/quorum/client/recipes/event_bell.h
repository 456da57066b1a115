// Wakes a recipe when anything it watches has happened.
#pragma once

#include <cstdint>
#include <memory>

#include "models/quorum/client/zookeeper_client.h"
#include "sim/node.h"
#include "sim/schedule/sync.h"

namespace logquake::zookeeper {

/// Give watcher() to the client. Recipes count the rings before they look, and wait for one more:
/// what happens between is not missed.
class EventBell {
 public:
  explicit EventBell(sim::Node& node) : state_(std::make_shared<State>(node)) {}

  /// May outlive the bell.
  ZooKeeperClient::Watcher watcher() const {
    return [state = state_](const WatchEvent&) {
      ++state->rings;
      state->rung.notify_all();
    };
  }
  std::int64_t rings() const { return state_->rings; }
  /// Blocks until there were more rings than `count`, at most for `timeout`.
  void wait_beyond(std::int64_t count, Duration timeout) {
    state_->rung.wait_until([this, count] { return state_->rings > count; }, timeout);
  }

 private:
  struct State {
    explicit State(sim::Node& node) : rung(node, "a watch event") {}
    std::int64_t rings = 0;
    sim::Signal rung;
  };
  std::shared_ptr<State> state_;
};

}  // namespace logquake::zookeeper
