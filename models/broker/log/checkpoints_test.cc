#include "models/broker/log/checkpoints.h"

#include <gtest/gtest.h>

namespace logquake::kafka {
namespace {

TEST(Checkpoints, AreWrittenAsKafkaDoes) {
  const Offsets offsets{{{"orders", 0}, Offset{42}}, {{"a-b", 12}, Offset{7}}};

  EXPECT_EQ(offsets_text(offsets), "0\n2\na-b 12 7\norders 0 42\n");
}

TEST(Checkpoints, AreReadBack) {
  const Offsets offsets{{{"orders", 0}, Offset{42}}, {{"a-b", 12}, Offset{7}}};

  const auto again = parse_offsets(offsets_text(offsets));

  ASSERT_TRUE(again);
  EXPECT_EQ(*again, offsets);
}

TEST(Checkpoints, NameTheDamagedLine) {
  EXPECT_EQ(parse_offsets("").error().message, "line 1: expected version 0, found ''");
  EXPECT_EQ(parse_offsets("0\n1\norders 0\n").error().message,
            "line 3: expected 'topic partition offset', found 'orders 0'");
  EXPECT_EQ(parse_offsets("0\n2\norders 0 1\n").error().message, "line 2: expected 1, found '2'");
}

}  // namespace
}  // namespace logquake::kafka
