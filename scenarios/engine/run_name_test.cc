#include "scenarios/engine/run_name.h"

#include <gtest/gtest.h>

namespace logquake::scenario {
namespace {

TEST(RunName, IsOneWordThatBringsEverythingBack) {
  RunName name;
  name.scenario = "my dir/über,1.toml";
  name.content_hash = 0xabc;
  name.seed = 17;
  name.strategy = {.kind = sim::Strategy::Kind::pct, .depth = 4, .slack = 20ms};
  name.defects = {"a.b"};
  name.sets = {"x=1, 'two' $(three)", "y=50%"};

  const auto token = to_string(name);
  const auto again = parse_run_name(token);

  EXPECT_EQ(token.find_first_of(" '$()\\\"&;*"), std::string::npos) << token;
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(to_string(*again), token);
  EXPECT_EQ(again->scenario, name.scenario);
  EXPECT_EQ(again->sets, name.sets);
  EXPECT_EQ(again->strategy.depth, 4);
}

TEST(RunName, ReadsAsAPersonWouldWriteIt) {
  EXPECT_EQ(
      to_string(RunName{"gossip", 0x3fa2c1d08b7e91aa, 17, {}, {"gossip.forget"}, {"length=20s"}}),
      "lq1:gossip,3fa2c1d08b7e91aa,seed=17,strategy=fifo,defect=gossip.forget,set=length=20s");
}

TEST(RunName, HoldsTheChoicesOfTheSchedule) {
  RunName name{"store/x/scenario.toml", 1, 17, {}, {}, {}};
  name.strategy = {.kind = sim::Strategy::Kind::random, .slack = 2ms, .only = {"a-1", "b_2"}};

  const auto token = to_string(name);

  EXPECT_EQ(token,
            "lq1:store/x/scenario.toml,0000000000000001,seed=17,strategy=random:2ms:only=a-1+b_2");
  const auto again = parse_run_name(token);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->strategy, name.strategy);
  EXPECT_EQ(again->scenario, name.scenario);
}

TEST(RunName, RefusesWhatIsNone) {
  const std::vector<std::string> bad{"",
                                     "lq1:",
                                     "lq1:gossip",
                                     "lq1:gossip,12",
                                     "lq1:gossip,3fa2c1d08b7e91aa",
                                     "lq1:gossip,3fa2c1d08b7e91aa,seed=x",
                                     "lq1:gossip,3fa2c1d08b7e91aa,seed=1,strategy=lifo",
                                     "lq1:gossip,3fa2c1d08b7e91aa,seed=1,colour=red",
                                     "lq1:go%zz,3fa2c1d08b7e91aa,seed=1",
                                     "lq1:go%2,3fa2c1d08b7e91aa,seed=1",
                                     "lq2:gossip,3fa2c1d08b7e91aa,seed=1",
                                     "gossip"};
  for (const auto& token : bad) {
    const auto parsed = parse_run_name(token);
    ASSERT_FALSE(parsed.ok()) << token;
    EXPECT_NE(parsed.error().message.find(token), std::string::npos);
  }
}

}  // namespace
}  // namespace logquake::scenario
