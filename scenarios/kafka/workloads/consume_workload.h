// A member of a consumer group: polls, and commits as its settings say.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/client/config.h"
#include "scenarios/kafka/workloads/progress.h"
#include "sim/node.h"

namespace logquake::scenario {

struct ConsumeWorkload {
  kafka::Config config;  // of the consumer: bootstrap servers, group.id ...
  std::vector<std::string> topics;
  bool commits_after_each_poll = false;  // commit_sync() where auto-commit is off
};

/// Polls until its node dies; counts the records it was given.
sim::Program consume_client(ConsumeWorkload workload, std::shared_ptr<Progress> progress);

}  // namespace logquake::scenario
