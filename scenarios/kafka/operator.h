// The person at the keyboard: creates topics, posts connectors, and once all has healed restarts
// what has FAILED and posts again what has gone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/client/admin.h"
#include "models/client/config.h"
#include "sim/network/connection.h"
#include "sim/node.h"

namespace logquake::scenario {

struct OperatorPlan {
  kafka::Config admin;  // of the admin client
  int brokers = 0;      // to wait for before anything else
  std::vector<kafka::NewTopic> topics;
  sim::Address connect;                 // the worker's REST port; only used with connectors
  std::vector<std::string> connectors;  // JSON, as posted
  std::vector<std::string> names;       // of the connectors, in the same order
  bool restarts_failed = true;
};

struct OperatorProgress {
  bool is_ready = false;      // everything was created
  std::string refused;        // what the cluster refused for good, in its words
  bool restarts_now = false;  // set from outside when all has healed
};

/// Works until its node dies; nothing that it does is taken back by a fault, for its machine is
/// spared.
sim::Program operator_at_work(OperatorPlan plan, std::shared_ptr<OperatorProgress> progress);

}  // namespace logquake::scenario
