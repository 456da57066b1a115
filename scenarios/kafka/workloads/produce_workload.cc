#include "scenarios/kafka/workloads/produce_workload.h"

#include <utility>

#include "models/client/producer.h"
#include "scenarios/kafka/workloads/sql_workload.h"
#include "sim/base/format.h"

namespace logquake::scenario {

namespace {

/// One round's records as the scenario spells them.
std::vector<kafka::ProducerRecord> records_of(const ProduceWorkload& workload, std::int64_t round) {
  std::vector<kafka::ProducerRecord> records;
  for (const auto& value : workload.values) {
    auto& record = records.emplace_back(kafka::ProducerRecord{.topic = workload.topic});
    record.key = to_bytes(statement_of(workload.key, round));
    if (value != "null") record.value = to_bytes(statement_of(value, round));
  }
  return records;
}

}  // namespace

sim::Program produce_client(ProduceWorkload workload, std::shared_ptr<Progress> progress) {
  return [workload = std::move(workload), progress = std::move(progress),
          lives = std::make_shared<std::int64_t>(0)](sim::Node& node) {
    const std::int64_t life = ++*lives;  // values stay unique over crashes of the application
    auto producer = kafka::Producer::create(node, workload.config);
    LOGQUAKE_CHECK(producer.ok(),
                   "the producer's settings were checked when the scenario was read");
    node.sleep_for(workload.after);
    for (std::int64_t number = 1;
         !progress->is_stopped && (workload.count == 0 || number <= workload.count); ++number) {
      const auto count = [progress](const auto& outcome) {
        ++(outcome ? progress->done_so_far : progress->failed);
      };
      if (!workload.values.empty()) {
        for (auto& record : records_of(workload, number)) producer->send(std::move(record), count);
        node.sleep_for(workload.every);
        continue;
      }
      auto value = format("{}/{}/{}", node.name(), life, number);
      if (static_cast<std::int64_t>(value.size()) < workload.value_bytes) {
        value.resize(static_cast<std::size_t>(workload.value_bytes), '.');
      }
      kafka::ProducerRecord record{.topic = workload.topic, .value = to_bytes(value)};
      if (workload.keys > 0)
        record.key = to_bytes(format("key-{}", (number - 1) % workload.keys + 1));
      producer->send(std::move(record), count);
      node.sleep_for(workload.every);
    }
    producer->flush();
    progress->is_finished = true;
    for (;;) node.sleep_for(1h);
  };
}

}  // namespace logquake::scenario
