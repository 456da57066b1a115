// A cluster under random faults: what was acknowledged survives, replicas agree, and once all is
// healed the cluster serves again. Source: K-INV-1, 2, 7, 12, 16, 17 under F1, F2, F5, F6 and, one
// machine at a time, F3.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/broker/server/broker_testing.h"
#include "models/broker/server/replication_checker.h"
#include "models/quorum/ensemble_facts.h"
#include "sim/fault.h"
#include "sim/injector.h"

namespace logquake::kafka {
namespace {

using testing::RawClient;
using testing::ReplicationChecker;
using testing::TestCluster;

constexpr std::int32_t partitions = 3;

enum class Faults : std::uint8_t { crashes, network, power, zookeeper, ensemble };

constexpr int ensemble_servers = 3;

/// What befalls one server of an ensemble, mostly the one that leads, or its link to the others.
sim::Fault draw_ensemble_fault(sim::Random& random, const std::string& server, Duration length) {
  switch (random.below(7)) {
    case 0:
      return sim::ProcessCrash{server};
    case 1:
    case 2:
      return sim::PowerLoss{server};
    case 3:
      return sim::Isolate{server, length};
    case 4:
      return sim::SilentDrop{server, format("zookeeper-{}", random.between(1, ensemble_servers)),
                             length};
    case 5:
      return sim::Pause{server, length};
    default:
      return sim::Slow{server, "zookeeper-1", random.between(Duration(50ms), Duration(2s)), length};
  }
}

/// The faults of one seed, drawn before the run.
sim::FaultPlan draw_plan(std::uint64_t seed, Faults kind) {
  sim::Random random = sim::Random(seed).split("plan");
  sim::FaultPlan plan;
  const auto add = [&](Duration at, sim::Fault fault) {
    plan.steps.push_back(
        {.when = sim::AtInstant{at}, .what = std::move(fault), .probability = {1, 1}});
  };
  Duration at = 8s;
  while (at < 170s) {
    const auto victim = format("broker-{}", random.between(1, 3));
    const auto length = random.between(Duration(200ms), Duration(25s));
    switch (kind) {
      case Faults::crashes: {
        add(at, sim::ProcessCrash{victim});
        add(at + length, sim::Restart{victim});
        at += random.between(Duration(2s), Duration(40s));
        break;
      }
      case Faults::power: {
        // One machine at a time, and time to catch up: a clean history (F3 rule).
        add(at, sim::PowerLoss{victim});
        add(at + length, sim::Restart{victim});
        at += length + 60s;
        break;
      }
      case Faults::zookeeper: {
        const auto choice = random.below(5);
        if (choice == 0) add(at, sim::Isolate{"zookeeper-1", length});
        if (choice == 1) add(at, sim::SilentDrop{victim, "zookeeper-1", length});
        if (choice == 2) add(at, sim::Break{victim, "zookeeper-1"});
        if (choice == 3) add(at, sim::Pause{victim, length});
        if (choice == 4) {
          add(at, sim::PowerLoss{"zookeeper-1"});
          add(at + length, sim::Restart{"zookeeper-1"});
          at += length;
        }
        at += random.between(Duration(1s), Duration(20s));
        break;
      }
      case Faults::ensemble: {
        // One machine at a time is down, and sometimes a broker as well.
        const auto server = random.chance({3, 4})
                                ? std::string("zk-leader")
                                : format("zookeeper-{}", random.between(1, ensemble_servers));
        add(at, draw_ensemble_fault(random, server, length));
        if (random.chance({1, 3})) add(at, sim::ProcessCrash{victim});
        add(at + length, sim::Restart{"crashed"});
        at += length + random.between(Duration(1s), Duration(15s));
        break;
      }
      case Faults::network: {
        const auto choice = random.below(5);
        const auto other = random.chance({1, 3}) ? std::string("zookeeper-1")
                                                 : format("broker-{}", random.between(1, 3));
        if (choice == 0) add(at, sim::Isolate{victim, length});
        if (choice == 1 && other != victim) add(at, sim::SilentDrop{victim, other, length});
        if (choice == 2 && other != victim) add(at, sim::Stall{victim, other, length});
        if (choice == 3 && other != victim) add(at, sim::Break{victim, other});
        if (choice == 4) add(at, sim::Pause{victim, length});
        at += random.between(Duration(1s), Duration(15s));
        break;
      }
    }
  }
  return plan;
}

struct Verdict {
  std::vector<std::string> violations;
  int acknowledged = 0;
  std::uint64_t fingerprint = 0;
};

/// Lets plans name the ZooKeeper server that was established as leader last.
void add_zookeeper_leader(sim::Simulation& simulation) {
  const auto leader = std::make_shared<std::string>();
  simulation.trace().subscribe([leader](const sim::TraceEvent& event) {
    if (event.as<zookeeper::LeaderEstablished>() != nullptr) *leader = event.node_name;
  });
  simulation.injector().add_role("zk-leader", [&simulation, leader](std::string_view) {
    std::vector<sim::NodeId> nodes;
    if (!leader->empty()) nodes.push_back(simulation.node(*leader).id());
    return nodes;
  });
}

/// Produces one record after another while the plan strikes, heals, and reads everything back.
Verdict run_under(std::uint64_t seed, Faults kind, std::set<std::string, std::less<>> defects = {},
                  sim::Strategy strategy = {}) {
  sim::Options options{.seed = seed, .strategy = strategy};
  options.defects = std::move(defects);
  TestCluster cluster(options, 3,
                      {{"min.insync.replicas", "2"}, {"replica.lag.time.max.ms", "10000"}},
                      kind == Faults::ensemble ? ensemble_servers : 1);
  add_zookeeper_leader(cluster.simulation);
  ReplicationChecker checker(cluster.simulation, kind == Faults::power);
  cluster.simulation.injector().arm(draw_plan(seed, kind));
  Verdict verdict;

  cluster.run([&](RawClient& client) {
    client.create("t", partitions, 3);
    std::map<std::string, std::pair<TopicPartition, Offset>> acknowledged;
    std::map<TopicPartition, BrokerId> leaders;
    for (std::int32_t p = 0; p < partitions; ++p) leaders[{"t", p}] = client.leader_of({"t", p});
    for (int number = 0; client.node().now() < Instant(180s); ++number) {
      const TopicPartition partition{"t", number % partitions};
      const auto value = format("v{}", number);
      const auto result = client.produce_at(leaders[partition], partition, {value}, -1, 2s);
      if (result.error_code == ErrorCode::none) {
        acknowledged.emplace(value, std::pair(partition, result.base_offset));
      } else if (const auto topic = client.describe("t")) {
        for (const auto& entry : topic->partitions) {
          if (entry.leader_id != no_broker) leaders[{"t", entry.partition_index}] = entry.leader_id;
        }
      }
      client.node().sleep_for(50ms);
    }
    cluster.simulation.after(Duration::zero(), [&] { cluster.simulation.injector().heal_all({}); });
    client.node().sleep_for(60s);

    for (auto& [partition, leader] : leaders) {
      client.produce(partition, {"the end"});
      const auto values = client.read_all(partition);
      for (const auto& [value, place] : acknowledged) {
        const auto at = static_cast<std::size_t>(place.second.value());
        if (place.first == partition && (at >= values.size() || values[at] != value)) {
          verdict.violations.push_back(
              format("K-INV-1 {}: {} acknowledged at {} is gone", partition, value, place.second));
        }
      }
    }
    verdict.acknowledged = static_cast<int>(acknowledged.size());
  });
  checker.compare_below_high_watermarks();
  for (const auto& violation : checker.violations()) verdict.violations.push_back(violation);
  if (!checker.has_clean_history()) {
    // A machine that lost its power may lead again before its controller noticed: excused, by the
    // F3 rule.
    std::erase_if(verdict.violations, [](const std::string& text) {
      return text.starts_with("K-INV-1 ") || text.starts_with("K-INV-2 ") ||
             text.starts_with("K-INV-17 ");
    });
  }
  verdict.fingerprint = cluster.simulation.trace().fingerprint();
  return verdict;
}

std::string text_of(const std::vector<std::string>& violations) {
  std::string text;
  for (const auto& violation : violations) text += violation + "\n";
  return text;
}

TEST(ClusterUnderFaults, KeepsItsPromisesWhenProcessesCrash) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto verdict = run_under(seed, Faults::crashes);
    EXPECT_TRUE(verdict.violations.empty()) << "seed " << seed << ":\n"
                                            << text_of(verdict.violations);
    EXPECT_GT(verdict.acknowledged, 50) << "seed " << seed;
  }
}

TEST(ClusterUnderFaults, KeepsItsPromisesOnABadNetwork) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto verdict = run_under(seed, Faults::network);
    EXPECT_TRUE(verdict.violations.empty()) << "seed " << seed << ":\n"
                                            << text_of(verdict.violations);
    EXPECT_GT(verdict.acknowledged, 50) << "seed " << seed;
  }
}

TEST(ClusterUnderFaults, KeepsItsPromisesWhenOneMachineAtATimeLosesPower) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto verdict = run_under(seed, Faults::power);
    EXPECT_TRUE(verdict.violations.empty()) << "seed " << seed << ":\n"
                                            << text_of(verdict.violations);
    EXPECT_GT(verdict.acknowledged, 50) << "seed " << seed;
  }
}

TEST(ClusterUnderFaults, KeepsItsPromisesWhenZookeeperIsInTrouble) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto verdict = run_under(seed, Faults::zookeeper);
    EXPECT_TRUE(verdict.violations.empty()) << "seed " << seed << ":\n"
                                            << text_of(verdict.violations);
    EXPECT_GT(verdict.acknowledged, 50) << "seed " << seed;
  }
}

// Crashes, power losses, partitions and pauses of the servers of an ensemble, its leader first
// (Z-KZ-10, Z-KZ-11): brokers lose sessions and controllers, but no record.
TEST(ClusterUnderFaults, KeepsItsPromisesWhenAnEnsembleIsInTrouble) {
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    const auto verdict = run_under(seed, Faults::ensemble);
    EXPECT_TRUE(verdict.violations.empty()) << "seed " << seed << ":\n"
                                            << text_of(verdict.violations);
    EXPECT_GT(verdict.acknowledged, 50) << "seed " << seed;
  }
}

struct PlantedDefect {
  std::string_view name;
  Faults faults;
};
class ReplicationDefect : public ::testing::TestWithParam<PlantedDefect> {};

TEST_P(ReplicationDefect, IsFoundByAFewSeeds) {
  const std::string defect(GetParam().name);
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    if (run_under(seed, GetParam().faults, {defect}).violations.empty()) continue;
    const auto without = run_under(seed, GetParam().faults);
    EXPECT_TRUE(without.violations.empty()) << "seed " << seed << " without the defect:\n"
                                            << text_of(without.violations);
    return;
  }
  FAIL() << defect << " was not found";
}

INSTANTIATE_TEST_SUITE_P(
    All, ReplicationDefect,
    ::testing::Values(PlantedDefect{"broker.ack-before-replication", Faults::crashes},
                      PlantedDefect{"replica.skip-truncation", Faults::crashes},
                      PlantedDefect{"repl.truncate-to-high-watermark", Faults::crashes}));

TEST(ClusterUnderFaults, RunsAlikeTwice) {
  EXPECT_EQ(run_under(3, Faults::network).fingerprint, run_under(3, Faults::network).fingerprint);
}

}  // namespace
}  // namespace logquake::kafka
