// What a log keeps through crashes and power losses, against a list in memory. Source: K-REC-4,
// K-INV-20.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "models/broker/defects.h"
#include "models/broker/log/log_testing.h"

namespace logquake::kafka {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fixture's own words

struct Step {
  enum class Kind { append, flush, flush_rolled, new_epoch, pause };
  Kind kind{};
  int size = 0;  // of a value, in bytes; or seconds to pause
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr const char* names[] = {"append", "flush", "flush-rolled", "new-epoch", "pause"};
  return out << names[static_cast<int>(step.kind)] << " " << step.size;
}

struct History {
  std::vector<Step> steps;
  bool power_loss = true;
  std::uint64_t seed = 1;
};

std::ostream& operator<<(std::ostream& out, const History& history) {
  for (const auto& step : history.steps) out << step << "; ";
  return out << (history.power_loss ? "power loss" : "process crash") << ", seed " << history.seed;
}

rc::Gen<History> histories() {
  using Kind = Step::Kind;
  const auto kind = rc::gen::weightedElement<Kind>({{12, Kind::append},
                                                    {2, Kind::flush},
                                                    {1, Kind::flush_rolled},
                                                    {1, Kind::new_epoch},
                                                    {1, Kind::pause}});
  const auto step = rc::gen::build<Step>(rc::gen::set(&Step::kind, kind),
                                         rc::gen::set(&Step::size, rc::gen::inRange(1, 3000)));
  return rc::gen::build<History>(
      rc::gen::set(&History::steps, rc::gen::container<std::vector<Step>>(step)),
      rc::gen::set(&History::power_loss, rc::gen::weightedElement<bool>({{4, true}, {1, false}})),
      rc::gen::set(&History::seed, rc::gen::inRange<std::uint64_t>(1, 1'000'000)));
}

struct Oracle {
  std::vector<std::string> appended;
  std::size_t synced = 0;
};

struct Recovered {
  std::vector<std::string> values;
  std::vector<EpochStart> epochs;
  std::vector<EpochStart> epochs_by_scan;
  std::int64_t bytes = 0;
  bool operator==(const Recovered&) const = default;
};

Oracle perform(Log& log, sim::Node& node, const std::vector<Step>& steps) {
  Oracle oracle;
  std::int32_t epoch = 1;
  for (const auto& step : steps) {
    switch (step.kind) {
      case Step::Kind::append: {
        auto value = std::to_string(oracle.appended.size()) +
                     std::string(static_cast<std::size_t>(step.size), 'x');
        RC_ASSERT(log.append_as_leader(encoded(batch_of({value})), LeaderEpoch{epoch}).ok());
        oracle.appended.push_back(std::move(value));
        break;
      }
      case Step::Kind::flush:
        RC_ASSERT(log.flush().ok());
        break;
      case Step::Kind::flush_rolled:
        RC_ASSERT(log.flush_rolled().ok());
        break;
      case Step::Kind::new_epoch:
        RC_ASSERT(log.begin_epoch(LeaderEpoch{++epoch}).ok());
        break;
      case Step::Kind::pause:
        node.sleep_for(std::chrono::seconds(step.size % 60));
        break;
    }
    oracle.synced = static_cast<std::size_t>(log.recovery_point().value());
  }
  return oracle;
}

Recovered observe(const Log& log) {
  Recovered seen{
      .values = values_from(log, Offset{0}), .epochs = log.epochs(), .bytes = log.size_bytes()};
  LeaderEpochs scanned;
  for (Offset at{0}; at < log.log_end(); ++at) {
    const auto read = log.read(at, {.max_bytes = 1, .upper = log.log_end()});
    const auto header = wire::read_header(read->records.view());
    scanned.assign(header->partition_leader_epoch, header->base_offset);
  }
  seen.epochs_by_scan = scanned.entries();
  return seen;
}

template <class T>
bool is_prefix(const std::vector<T>& part, const std::vector<T>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

RC_GTEST_PROP(LogRecovery, KeepsAllThatWasSyncedAndInventsNothing, ()) {
  const auto history = *histories();
  sim::Simulation simulation({.seed = history.seed});
  Oracle oracle;
  std::vector<Recovered> recoveries;
  int life = 0;
  bool done = false;
  auto& node = simulation.add_node(
      "broker-1",
      [&](sim::Node& self) {
        Bench bench(self, {.segment_bytes = 16'000});
        // The checkpoint is as young as can be: everything below it is trusted.
        Log& log = bench.open({.recovery_point = Offset{static_cast<std::int64_t>(oracle.synced)}});
        if (life == 0) {
          RC_ASSERT(log.begin_epoch(LeaderEpoch{1}).ok());
          oracle = perform(log, self, history.steps);
        } else {
          recoveries.push_back(observe(log));
        }
        done = true;
        self.sleep_for(1h);
      },
      {.restarts_itself = false});
  for (; life < 3; ++life) {
    done = false;
    if (life > 0) simulation.restart(node.id());
    static_cast<void>(simulation.run_until([&] { return done; }, 24h));
    RC_ASSERT(done);
    if (life == 0 && history.power_loss) {
      simulation.lose_power(node.id());
    } else {
      simulation.crash_process(node.id());
    }
    static_cast<void>(simulation.run_for(1s));
  }

  const auto& values = recoveries.at(0).values;
  RC_TAG(values.size() < oracle.appended.size() ? "something was lost" : "nothing was lost");
  RC_ASSERT(is_prefix(values, oracle.appended));
  RC_ASSERT(values.size() >= oracle.synced);
  if (!history.power_loss) RC_ASSERT(values == oracle.appended);
  RC_ASSERT(recoveries.at(0) == recoveries.at(1));
  RC_ASSERT(recoveries.at(0).epochs == recoveries.at(0).epochs_by_scan);
}

TEST(LogRecovery, NothingIsKeptBeyondAHole) {
  sim::testing::run_program([](sim::Node& node) {
    Bench bench(node, {.segment_bytes = 200});
    Log& log = bench.lead();
    for (const char* value : {"a", "b", "c", "d"}) {
      ASSERT_TRUE(log.append_as_leader(encoded(batch_of({value})), LeaderEpoch{1}).ok());
    }
    ASSERT_EQ(log.segment_count(), 2U);
    // The second batch of the first segment never reached the disk; all of the second one did.
    auto file =
        node.disk().open("logs/orders-0/" + Segment::file_name(Offset{0}), sim::Open::existing);
    ASSERT_TRUE(file->truncate(file->size() / 2));

    const Log& recovered = bench.open();

    EXPECT_EQ(values_from(recovered, Offset{0}), std::vector<std::string>{"a"});
    EXPECT_EQ(recovered.log_end(), Offset{1});
  });
}

/// Whether some power loss among many leaves a batch in the log whose checksum is wrong.
bool serves_torn_batches(std::set<std::string, std::less<>> defects) {
  bool torn = false;
  for (std::uint64_t seed = 1; seed <= 40 && !torn; ++seed) {
    sim::Simulation simulation({.seed = seed, .defects = defects});
    int life = 0;
    const auto program = [&](sim::Node& self) {
      Bench bench(self);
      Log& log = bench.open();
      if (life == 0) {
        EXPECT_TRUE(log.begin_epoch(LeaderEpoch{1}).ok());
        for (int i = 0; i < 3; ++i) {
          EXPECT_TRUE(
              log.append_as_leader(encoded(batch_of({std::string(9000, 'x')})), LeaderEpoch{1})
                  .ok());
        }
      } else if (log.log_end() > Offset{0}) {
        const auto read = log.read(Offset{0}, {.max_bytes = 1 << 20, .upper = log.log_end()});
        const auto batches = wire::split(read->records.view());
        for (const auto& batch : batches->batches) torn = torn || !wire::has_valid_crc(batch.bytes);
      }
      self.sleep_for(1h);
    };
    auto& node = simulation.add_node("broker-1", program, {.restarts_itself = false});
    static_cast<void>(simulation.run_for(1s));
    simulation.lose_power(node.id());
    ++life;
    simulation.restart(node.id());
    static_cast<void>(simulation.run_for(1s));
  }
  return torn;
}

TEST(LogRecovery, ChecksumsKeepTornBatchesOut) {
  EXPECT_FALSE(serves_torn_batches({}));
  EXPECT_TRUE(serves_torn_batches({std::string(recovery_skips_crc.name)}));
}

}  // namespace
}  // namespace logquake::kafka
