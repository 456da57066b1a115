#include "models/client/metadata_cache.h"

#include <gtest/gtest.h>

namespace logquake::kafka {
namespace {

MetadataResponse answer(BrokerId leader, LeaderEpoch epoch, Uuid id = {0, 7}) {
  MetadataResponse response;
  response.brokers = {{BrokerId{1}, "broker-1", 9092, {}}, {BrokerId{2}, "broker-2", 9092, {}}};
  MetadataTopic topic{ErrorCode::none, "t", id, false, {}};
  topic.partitions = {{ErrorCode::none, 0, leader, epoch, {}, {}, {}}};
  response.topics = {topic};
  return response;
}

TEST(MetadataCache, IgnoresLowerLeaderEpochsOfTheSameTopic) {
  MetadataCache cache;
  cache.update(answer(BrokerId{2}, LeaderEpoch{5}));
  cache.update(answer(BrokerId{1}, LeaderEpoch{4}));

  EXPECT_EQ(cache.leader({"t", 0}), (LeaderIdAndEpoch{BrokerId{2}, LeaderEpoch{5}}));
}

TEST(MetadataCache, BelievesARecreatedTopicWithALowerEpoch) {
  MetadataCache cache;
  cache.update(answer(BrokerId{2}, LeaderEpoch{5}));
  cache.update(answer(BrokerId{1}, LeaderEpoch{0}, {0, 8}));

  EXPECT_EQ(cache.leader({"t", 0}), (LeaderIdAndEpoch{BrokerId{1}, LeaderEpoch{0}}));
}

TEST(MetadataCache, KnowsNoLeaderWhereThereIsNone) {
  MetadataCache cache;
  cache.update(answer(no_broker, LeaderEpoch{6}));

  EXPECT_FALSE(cache.leader({"t", 0}));
  EXPECT_EQ(cache.leader_epoch({"t", 0}), LeaderEpoch{6});
  EXPECT_TRUE(cache.is_incomplete({"t"}));
  EXPECT_FALSE(cache.is_incomplete({}));
}

TEST(MetadataCache, ForgetsTopicsThatAreUnknownNow) {
  MetadataCache cache;
  cache.update(answer(BrokerId{1}, LeaderEpoch{0}));
  auto gone = answer(BrokerId{1}, LeaderEpoch{0});
  gone.topics = {{ErrorCode::unknown_topic_or_partition, "t", {}, false, {}}};
  cache.update(gone);

  EXPECT_FALSE(cache.partition_count("t"));
  EXPECT_EQ(cache.topic_error("t"), ErrorCode::unknown_topic_or_partition);
}

TEST(MetadataCache, KeepsWhatItKnowsWhenTheAnswerHasNoBrokers) {
  MetadataCache cache;
  cache.update(answer(BrokerId{1}, LeaderEpoch{0}));
  cache.update({});

  EXPECT_EQ(cache.brokers().size(), 2U);
  EXPECT_EQ(cache.partition_count("t"), 1);
}

}  // namespace
}  // namespace logquake::kafka
