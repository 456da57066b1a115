// A member of a consumer group: polls, and commits as its settings say.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/client/config.h"
#include "models/protocol/ids.h"
#include "scenarios/kafka/workloads/progress.h"
#include "sim/node.h"
#include "sim/trace/fact.h"

namespace logquake::scenario {

/// The application has done with a record what it had to do; stated where `processing` takes time.
struct RecordProcessed {
  static constexpr std::string_view kind = "workload.record-processed";
  static constexpr sim::Level level = sim::Level::debug;
  std::string group{};
  std::string partition{};
  kafka::Offset offset{};
  template <class Io>
  void io(Io& io) {
    io("group", group);
    io("partition", partition);
    io("offset", offset);
  }
};

struct ConsumeWorkload {
  kafka::Config config;  // of the consumer: bootstrap servers, group.id ...
  std::vector<std::string> topics;
  Duration processing{};                 // of what a poll returned, together
  bool commits_after_each_poll = false;  // commit_sync() where auto-commit is off
};

/// Polls until its node dies; counts the records it was given.
sim::Program consume_client(ConsumeWorkload workload, std::shared_ptr<Progress> progress);

}  // namespace logquake::scenario
