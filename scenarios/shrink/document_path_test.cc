#include "scenarios/shrink/document_path.h"

#include <gtest/gtest.h>

#include "scenarios/engine/document.h"

namespace logquake::scenario {
namespace {

Value document() {
  Problems problems("x.toml");
  return *parse_document(
      "length = \"3s\"\n[cluster]\nbrokers = 3\n"
      "[[workload]]\ncount = 1\n[[workload]]\ntype = \"b\"\nstatements = [\"x\", \"y\"]\n",
      problems);
}

TEST(DocumentPath, FindsAndSetsValues) {
  auto value = document();

  EXPECT_EQ(find_at(value, "cluster.brokers")->integer(), 3);
  EXPECT_EQ(find_at(value, "workload.1.statements.1")->text(), "y");
  EXPECT_EQ(find_at(value, "workload.2.count"), nullptr);
  EXPECT_EQ(find_at(value, "length.brokers"), nullptr);
  EXPECT_TRUE(set_at(value, "workload.1.count", Value::of_integer(9)));
  EXPECT_TRUE(set_at(value, "length", Value::of_text("1s")));
  EXPECT_FALSE(set_at(value, "connect.workers", Value::of_integer(1)));
  EXPECT_EQ(find_at(value, "workload.1.count")->integer(), 9);
}

TEST(DocumentPath, RemovesElementsAndListsThatGetEmpty) {
  auto value = document();

  EXPECT_TRUE(remove_at(value, "workload.0"));
  EXPECT_EQ(find_at(value, "workload.0.type")->text(), "b");
  EXPECT_TRUE(remove_at(value, "workload.0"));
  EXPECT_EQ(value.find("workload"), nullptr);
  EXPECT_FALSE(remove_at(value, "workload.0"));
  EXPECT_TRUE(remove_at(value, "cluster.brokers"));
  EXPECT_FALSE(remove_at(value, "cluster.brokers"));
}

TEST(DocumentPath, StarsStandForElements) {
  using Paths = std::vector<std::string>;

  EXPECT_EQ(paths_like(document(), "workload.*.count"),
            (Paths{"workload.0.count", "workload.1.count"}));
  EXPECT_EQ(paths_like(document(), "workload.*.statements.*"),
            (Paths{"workload.1.statements.0", "workload.1.statements.1"}));
  EXPECT_EQ(paths_like(document(), "cluster.nodes"), Paths{"cluster.nodes"});
  EXPECT_EQ(paths_like(document(), "connect.workers"), Paths{});
  EXPECT_EQ(paths_like(document(), "topic.*"), Paths{});
}

}  // namespace
}  // namespace logquake::scenario
