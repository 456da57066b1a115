#include "sim/base/describe.h"

#include <gtest/gtest.h>

namespace logquake {
namespace {

enum class Colour { red, green };
std::string_view name_of(Colour colour) { return colour == Colour::red ? "red" : "green"; }

struct Inner {
  std::string word;
  template <class Io>
  void io(Io& io) {
    io("word", word);
  }
};

struct Sample {
  Id<struct SampleTag> id{7};
  Colour colour = Colour::green;
  std::vector<Inner> inners{{"a"}, {"b\n"}};
  std::optional<int> missing;
  Duration wait = 250ms;
  template <class Io>
  void io(Io& io) {
    io("id", id);
    io("colour", colour);
    io("inners", inners);
    io("missing", missing);
    io("wait", wait);
  }
};

TEST(Describe, GivesJsonInTheOrderOfTheFields) {
  EXPECT_EQ(
      to_json(DescribedView(Sample{})),
      R"({"id":7,"colour":"green","inners":[{"word":"a"},{"word":"b\n"}],"missing":null,"wait":"250ms"})");
}

TEST(Describe, GivesALineForPeople) {
  EXPECT_EQ(to_line(DescribedView(Sample{})),
            "id=7 colour=green inners=[(word=a) (word=b\n)] missing=- wait=250ms");
}

TEST(Describe, FindsOneFieldByName) {
  EXPECT_EQ(field_text(DescribedView(Sample{}), "colour"), "green");
  EXPECT_EQ(field_text(DescribedView(Sample{}), "inners"), "[(word=a) (word=b\n)]");
  EXPECT_EQ(field_text(DescribedView(Sample{}), "word"), std::nullopt);
}

TEST(Describe, EveryFieldChangesTheDigest) {
  const auto digest = [](const Sample& sample) {
    Fingerprint fingerprint;
    fold_fields(sample, fingerprint);
    return fingerprint.value();
  };
  Sample changed;
  changed.inners[1].word = "c";
  Sample absent;
  absent.missing = 0;

  EXPECT_EQ(digest(Sample{}), digest(Sample{}));
  EXPECT_NE(digest(Sample{}), digest(changed));
  EXPECT_NE(digest(Sample{}), digest(absent));
}

}  // namespace
}  // namespace logquake
