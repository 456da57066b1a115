#include "property_tests/gen/kafka_scenarios.h"

#include <algorithm>
#include <string>
#include <vector>

#include "property_tests/gen/common_keys.h"
#include "property_tests/gen/tables.h"
#include "scenarios/testing/drawn_case.h"
#include "sim/base/format.h"

namespace logquake::property {
namespace {

const std::vector<std::string> topic_names{"orders", "payments"};

Value drawn_cluster(int brokers, int replicas) {
  const auto in_sync = *rc::gen::inRange(1, replicas + 1);
  auto properties =
      format("default.replication.factor={}\nmin.insync.replicas={}\n", replicas, in_sync);
  properties += "offsets.topic.num.partitions=3\n";
  properties += format("offsets.topic.replication.factor={}\n", replicas);
  properties += format("replica.lag.time.max.ms={}\n", *rc::gen::inRange(2, 11) * 1000);
  if (drawn_chance(2))
    properties += format("log.segment.bytes={}\n", *rc::gen::element(1024, 4096, 65536));
  if (drawn_chance(2))
    properties += format("replica.fetch.wait.max.ms={}\n", *rc::gen::inRange(1, 11) * 50);
  return table(
      {{"zookeeper", number(1)}, {"brokers", number(brokers)}, {"properties", text(properties)}});
}

Value drawn_topic(const std::string& name, int replicas) {
  return table({{"name", text(name)},
                {"partitions", number(*rc::gen::inRange(1, 4))},
                {"replicas", number(*rc::gen::inRange(1, replicas + 1))}});
}

Value drawn_producer(const std::string& topic) {
  auto properties = std::string("acks=all\nenable.idempotence=true\n");
  properties += format("linger.ms={}\n", *rc::gen::element(0, 5, 50));
  properties += format("max.in.flight.requests.per.connection={}\n", *rc::gen::inRange(1, 6));
  return table({{"type", text("produce")},
                {"topic", text(topic)},
                {"every", duration(drawn_duration(10ms, 20))},
                {"keys", number(*rc::gen::inRange(1, 10))},
                {"properties", text(properties)}});
}

}  // namespace

rc::Gen<Value> calm_kafka_scenarios() {
  return rc::gen::noShrink(rc::gen::exec([] {
    // A JoinGroup to a coordinator that loses its power is awaited for 305 s.
    auto document =
        drawn_common_keys({.name = "drawn cluster",
                           .about = "acknowledged records survive and are read in order",
                           .most_length = 10s,
                           .settle = 420s});
    const auto brokers = *rc::gen::inRange(1, 6);
    const auto replicas = *rc::gen::inRange(1, std::min(brokers, 3) + 1);
    document.set("cluster", drawn_cluster(brokers, replicas));
    std::vector<Value> topics;
    std::vector<Value> load;
    std::vector<Value> read;
    for (const auto& name : topic_names) {
      topics.push_back(drawn_topic(name, replicas));
      load.push_back(drawn_producer(name));
      read.push_back(text(name));
      if (!drawn_chance(3)) break;
    }
    if (drawn_chance(2)) {
      load.push_back(table({{"type", text("consume")},
                            {"group", text("billing")},
                            {"members", number(*rc::gen::inRange(1, 4))},
                            {"topics", Value::of_list(std::move(read))}}));
      document.set("expect", Value::of_list({table({{"checker", text("order-per-key")}})}));
    }
    document.set("topic", Value::of_list(std::move(topics)));
    document.set("workload", Value::of_list(std::move(load)));
    return document;
  }));
}

rc::Gen<Value> kafka_scenarios(const scenario::Catalog& catalog) {
  return scenario::with_faults(calm_kafka_scenarios(), catalog,
                               {"broker.batch-appended", "broker.high-watermark-advanced",
                                "broker.isr-shrank", "broker.became-leader", "controller.elected"},
                               [](scenario::FaultPlanRange& range) {
                                 range.targets.roles.emplace_back("leader-of:orders-0");
                               });
}

}  // namespace logquake::property
