#include "scenarios/kafka/workloads/consume_workload.h"

#include <utility>

#include "models/client/consumer.h"
#include "sim/base/format.h"

namespace logquake::scenario {

sim::Program consume_client(ConsumeWorkload workload, std::shared_ptr<Progress> progress) {
  return [workload = std::move(workload), progress = std::move(progress)](sim::Node& node) {
    auto consumer = kafka::Consumer::create(node, workload.config);
    LOGQUAKE_CHECK(consumer.ok(),
                   "the consumer's settings were checked when the scenario was read");
    if (const auto subscribed = consumer->subscribe(workload.topics); !subscribed) {
      node.exit(format("subscribe: {}", to_string(subscribed.error())));
    }
    for (;;) {
      const auto records = consumer->poll(500ms);
      // What no retry mends ends the application, and its supervisor starts it again.
      if (!records) node.exit(format("poll: {}", to_string(records.error())));
      progress->done_so_far += static_cast<std::int64_t>(records->size());
      if (workload.processing > Duration::zero() && !records->empty()) {
        node.sleep_for(workload.processing);
        for (const auto& each : *records) {
          node.record(RecordProcessed{workload.config.at("group.id"), to_string(each.partition),
                                      each.offset});
        }
      }
      if (workload.commits_after_each_poll && !records->empty()) (void)consumer->commit_sync();
    }
  };
}

}  // namespace logquake::scenario
