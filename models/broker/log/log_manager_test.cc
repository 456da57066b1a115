#include "models/broker/log/log_manager.h"

#include <gtest/gtest.h>

#include "models/broker/defects.h"
#include "models/broker/log/log_testing.h"

namespace logquake::kafka {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fixture's own words

const TopicPartition orders{"orders", 0};
constexpr LeaderEpoch first_epoch{1};

enum class End { returns, crashes, loses_power };
struct Life {
  std::function<void(sim::Node&, LogManager&)> program;
  End end = End::returns;
};

/// Runs one life of a broker's logs after another on the same disk.
void run_lives(const std::vector<Life>& lives, sim::Options options = {}, TopicConfig topic = {}) {
  sim::Simulation simulation(std::move(options));
  std::size_t life = 0;
  bool done = false;
  auto& node = simulation.add_node("broker-1",
                                   [&](sim::Node& self) {
                                     LogManager logs(self, BrokerConfig{.broker_id = BrokerId{1}},
                                                     [&](const std::string&) { return topic; });
                                     lives[life].program(self, logs);
                                     done = true;
                                     if (lives[life].end != End::returns) self.sleep_for(1h);
                                   },
                                   {.restarts_itself = false});
  for (; life < lives.size(); ++life) {
    done = false;
    if (life > 0) simulation.restart(node.id());
    const auto stop = simulation.run_until([&] { return done; }, 30min);
    ASSERT_EQ(stop.reason, sim::Stop::Reason::condition) << stop.message;
    if (lives[life].end == End::crashes) simulation.crash_process(node.id());
    if (lives[life].end == End::loses_power) simulation.lose_power(node.id());
    static_cast<void>(simulation.run_for(1s));
  }
}

Log& lead(LogManager& logs) {
  Log* log = *logs.get_or_create(orders);
  static_cast<void>(log->begin_epoch(first_epoch));
  return *log;
}

void append(Log& log, const std::string& value) {
  ASSERT_TRUE(log.append_as_leader(encoded(batch_of({value})), first_epoch).ok());
}

TEST(LogManager, ACleanStopKeepsEverythingThroughAPowerLoss) {
  run_lives({{[](sim::Node&, LogManager& logs) {
                ASSERT_TRUE(logs.load());
                Log& log = lead(logs);
                append(log, "a");
                append(log, "b");
                log.set_high_watermark(Offset{1});
                ASSERT_TRUE(logs.shutdown());
              },
              End::loses_power},
             {[](sim::Node&, LogManager& logs) {
               ASSERT_TRUE(logs.load());
               EXPECT_TRUE(logs.was_clean());
               Log* log = logs.find(orders);
               ASSERT_NE(log, nullptr);
               EXPECT_EQ(log->log_end(), Offset{2});
               EXPECT_EQ(log->high_watermark(), Offset{1});
               EXPECT_EQ(log->recovery_point(), Offset{2});
               EXPECT_EQ(log->latest_epoch(), first_epoch);
             }}});
}

TEST(LogManager, AProcessCrashKeepsThePageCache) {
  run_lives({{[](sim::Node&, LogManager& logs) {
                ASSERT_TRUE(logs.load());
                append(lead(logs), "a");
              },
              End::crashes},
             {[](sim::Node&, LogManager& logs) {
               ASSERT_TRUE(logs.load());
               EXPECT_FALSE(logs.was_clean());
               EXPECT_EQ(values_from(*logs.find(orders), Offset{0}), std::vector<std::string>{"a"});
               EXPECT_EQ(logs.find(orders)->recovery_point(), Offset{0});
             }}});
}

TEST(LogManager, TheMarkerOfACleanStopServesOnce) {
  const auto start_and_crash = [](bool expect_clean) {
    return Life{[expect_clean](sim::Node&, LogManager& logs) {
                  ASSERT_TRUE(logs.load());
                  EXPECT_EQ(logs.was_clean(), expect_clean);
                },
                End::loses_power};
  };

  run_lives({{[](sim::Node&, LogManager& logs) {
               ASSERT_TRUE(logs.load());
               append(lead(logs), "a");
               ASSERT_TRUE(logs.shutdown());
             }},
             start_and_crash(true),
             start_and_crash(false)});
}

TEST(LogManager, AStopBeforeLoadingHasFinishedLeavesNoMarker) {
  const auto lives = [](bool expect_clean) {
    return std::vector<Life>{{[](sim::Node&, LogManager& logs) { ASSERT_TRUE(logs.shutdown()); }},
                             {[expect_clean](sim::Node&, LogManager& logs) {
                               ASSERT_TRUE(logs.load());
                               EXPECT_EQ(logs.was_clean(), expect_clean);
                             }}};
  };

  run_lives(lives(false));
  run_lives(lives(true), {.defects = {std::string(marker_write_unloaded.name)}});
}

TEST(LogManager, TheMarkersLateRemovalOutlivesAppends) {
  const auto lives = [](bool expect_clean) {
    return std::vector<Life>{{[](sim::Node&, LogManager& logs) {
                               ASSERT_TRUE(logs.load());
                               ASSERT_TRUE(logs.shutdown());
                             }},
                             {[](sim::Node& node, LogManager& logs) {
                                ASSERT_TRUE(logs.load());
                                logs.start();
                                append(lead(logs), "a");
                                node.sleep_for(10s);
                              },
                              End::loses_power},
                             {[expect_clean](sim::Node&, LogManager& logs) {
                               ASSERT_TRUE(logs.load());
                               EXPECT_EQ(logs.was_clean(), expect_clean);
                             }}};
  };

  run_lives(lives(false));
  run_lives(lives(true), {.defects = {std::string(marker_delete_late.name)}});
}

TEST(LogManager, CheckpointsAreWrittenAtTheirIntervals) {
  run_lives({{[](sim::Node& node, LogManager& logs) {
                ASSERT_TRUE(logs.load());
                logs.start();
                Log& log = lead(logs);
                append(log, "a");
                ASSERT_TRUE(log.flush());
                log.set_high_watermark(Offset{1});
                node.sleep_for(61s);
              },
              End::loses_power},
             {[](sim::Node&, LogManager& logs) {
               ASSERT_TRUE(logs.load());
               EXPECT_EQ(logs.find(orders)->high_watermark(), Offset{1});
               EXPECT_EQ(logs.find(orders)->recovery_point(), Offset{1});
             }}});
}

TEST(LogManager, RolledSegmentsAreFlushedInTheBackground) {
  run_lives({{[](sim::Node& node, LogManager& logs) {
                ASSERT_TRUE(logs.load());
                logs.start();
                Log& log = lead(logs);
                for (int i = 0; i < 3; ++i) append(log, "value");
                node.sleep_for(100ms);
                EXPECT_EQ(log.recovery_point(), Offset{2});
              },
              End::crashes}},
            {}, {.segment_bytes = 100});
}

TEST(LogManager, ARemovedLogIsGoneAndItsNameFree) {
  run_lives({{[](sim::Node& node, LogManager& logs) {
                ASSERT_TRUE(logs.load());
                logs.start();
                Log& old = lead(logs);
                append(old, "a");
                ASSERT_TRUE(logs.remove(orders));

                EXPECT_EQ(logs.find(orders), nullptr);
                EXPECT_TRUE(old.flush().is(ErrorCode::kafka_storage_error));
                Log& fresh = lead(logs);
                EXPECT_EQ(fresh.log_end(), Offset{0});
                append(fresh, "b");
                node.sleep_for(3min);
                for (const auto& path : node.disk().list("kafka-logs")) {
                  EXPECT_EQ(path.find("-delete"), std::string::npos) << path;
                }
              },
              End::crashes},
             {[](sim::Node&, LogManager& logs) {
               ASSERT_TRUE(logs.load());
               EXPECT_EQ(values_from(*logs.find(orders), Offset{0}), std::vector<std::string>{"b"});
             }}});
}

TEST(LogManager, AnEmptyDiskIsAnEmptyBroker) {
  run_lives({{[](sim::Node&, LogManager& logs) {
    ASSERT_TRUE(logs.load());
    EXPECT_FALSE(logs.was_clean());
    EXPECT_TRUE(logs.partitions().empty());
  }}});
}

TEST(LogManager, AFailedSyncTakesTheBrokersLogsOffline) {
  run_lives({{[](sim::Node& node, LogManager& logs) {
    ASSERT_TRUE(logs.load());
    Log& log = lead(logs);
    append(log, "a");
    node.disk().fail_next_syncs(1);

    EXPECT_TRUE(log.flush().is(ErrorCode::kafka_storage_error));

    logs.wait_until_offline();
    EXPECT_TRUE(logs.is_offline());
    EXPECT_FALSE(logs.shutdown());
  }}});
}

}  // namespace
}  // namespace logquake::kafka
