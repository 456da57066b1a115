#include "scenarios/kafka/checkers/log_bounds.h"

#include <gtest/gtest.h>

#include "models/broker/facts.h"
#include "scenarios/engine/checker_testing.h"

namespace logquake::scenario {
namespace {

using kafka::Offset;
using testing::Clauses;
using testing::Witness;

Clauses broken_by_a_start_at(std::int64_t start) {
  return Witness(log_start_within_watermark())
      .state(kafka::LogStartMoved{
          .partition = "t-0", .log_start = Offset(start), .high_watermark = Offset(5)})
      .end()
      .broken();
}

TEST(LogStartWithinWatermark, BreaksBeyondTheHighWatermark) {
  EXPECT_EQ(broken_by_a_start_at(5), Clauses{});
  EXPECT_EQ(broken_by_a_start_at(6), Clauses{"K-INV-8"});
}

}  // namespace
}  // namespace logquake::scenario
