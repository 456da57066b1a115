#include "sim/payload.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace logquake::sim {
namespace {

struct Small {
  std::int64_t number = 0;
  template <class Io>
  void io(Io& io) {
    io("number", number);
  }
};

struct Large {
  std::string text;
  std::shared_ptr<int> witness;  // how many of us there are
  template <class Io>
  void io(Io& io) {
    io("text", text);
  }
};

TEST(Payload, KnowsItsType) {
  const Payload small = Small{7};
  const Payload large = Large{"rows", nullptr};

  EXPECT_EQ(small.as<Small>()->number, 7);
  EXPECT_EQ(small.as<Large>(), nullptr);
  EXPECT_EQ(large.as<Large>()->text, "rows");
  EXPECT_EQ(to_line(large.fields()), "text=rows");
  EXPECT_TRUE(Payload().empty());
  EXPECT_EQ(Payload().as<Small>(), nullptr);
}

TEST(Payload, SharesWhatIsLarge) {
  const auto witness = std::make_shared<int>(0);
  Payload first = Large{"rows", witness};
  const auto held = witness.use_count();

  Payload second = first;
  const Payload third = std::move(first);

  EXPECT_EQ(witness.use_count(), held);
  EXPECT_EQ(second.as<Large>(), third.as<Large>());
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is the claim
}

TEST(Payload, DestroysItsValueWithItsLastOwner) {
  const auto witness = std::make_shared<int>(0);
  Payload first = Large{"rows", witness};
  Payload second = first;

  first = Small{1};
  EXPECT_EQ(witness.use_count(), 2);
  second = Payload();

  EXPECT_EQ(witness.use_count(), 1);
  EXPECT_EQ(first.as<Small>()->number, 1);
}

}  // namespace
}  // namespace logquake::sim
