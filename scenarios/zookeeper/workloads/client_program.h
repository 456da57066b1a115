// What every client of a ZooKeeper scenario is: a program with a session, paced, counted, and told
// when to stop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/quorum/client/recipes/event_bell.h"
#include "models/quorum/client/zookeeper_client.h"
#include "sim/node.h"

namespace logquake::scenario {

/// How far one client has come; shared with the world that waits for it.
struct ClientProgress {
  std::int64_t done_so_far = 0;  // operations that succeeded
  std::int64_t failed = 0;       // refused by the tree
  std::int64_t unknown = 0;      // of which nobody heard again
  bool is_stopped = false;       // set from outside: begin nothing more
  bool is_finished = false;
};

struct ClientPlan {
  std::vector<sim::Address> servers;  // that it may connect to
  Duration session_timeout = 6s;
  Duration every = 100ms;  // between two steps
  std::int64_t count = 0;  // steps; zero: until told to stop
};

/// What one step gets to work with.
struct ClientAtWork {
  sim::Node& node;
  zookeeper::ZooKeeperClient& client;
  zookeeper::EventBell& bell;
  ClientProgress& progress;
  std::int64_t life;    // counts the starts of the program
  std::int64_t number;  // of the step, from 1
  /// Counts the outcome.
  template <class Outcome>
  void count(const Outcome& outcome) {
    if (outcome) {
      ++progress.done_so_far;
    } else if (outcome.is(zookeeper::ErrorCode::connection_loss)) {
      ++progress.unknown;
    } else {
      ++progress.failed;
    }
  }
};

/// A new session whenever the old one has ended; a step only while connected. `make` is called once
/// a life, for state that steps share.
using ClientStep = std::function<void(ClientAtWork&)>;
sim::Program client_program(ClientPlan plan, std::function<ClientStep()> make,
                            std::shared_ptr<ClientProgress> progress);

/// Makes the node if it is missing; tries until it is there or the client is told to stop.
void ensure_node(ClientAtWork& work, const std::string& path, const std::string& data = {});

}  // namespace logquake::scenario
