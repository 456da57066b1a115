#include "scenarios/engine/value.h"

#include <gtest/gtest.h>

#include "scenarios/engine/document.h"

namespace logquake::scenario {
namespace {

Value parsed(std::string_view text) {
  Problems problems("x.toml");
  auto document = parse_document(text, problems);
  EXPECT_TRUE(document.has_value()) << problems.to_text();
  return document.value_or(Value());
}

TEST(Value, IsWrittenAsAPersonWouldWriteIt) {
  const std::string text =
      "name = \"a\"\nlist = [1, \"two\", { three = 3 }]\n\n[cluster]\nproperties = "
      "'''\nx=1\ny=2\n'''\n\n"
      "[[fault]]\nat = \"30s\"\nrestart = { node = \"crashed\" }\n\n[[fault]]\nheal_all = {}\n";

  EXPECT_EQ(to_toml(parsed(text)), text);
}

TEST(Value, SaysTheSameAfterBeingWrittenAndReadAgain) {
  const auto value = parsed(
      "a.b.c = 1\n\"odd key\" = \"it's\"\nq = \"\\u0001 \\\" \\\\ \\n\"\nr = 1.5\nbig = 1e300\nt = "
      "1979-05-27T07:32:00Z\n"
      "n = \"'''\\n\"\nempty = {}\nlists = [[1], []]\n[x.y]\nz = true\n[[x.w]]\nv = {u = [{t = "
      "\"line\\nline\"}]}\n");

  EXPECT_EQ(canonical_text(parsed(to_toml(value))), canonical_text(value)) << to_toml(value);
}

TEST(Value, HasOneCanonicalTextWhateverTheOrderOfKeys) {
  EXPECT_EQ(canonical_text(parsed("a = 1\nb = {c = 2, d = 3}")),
            canonical_text(parsed("b.d = 3\nb.c = 2\na = 1")));
  EXPECT_NE(canonical_text(parsed("a = [1, 2]")), canonical_text(parsed("a = [2, 1]")));
  EXPECT_NE(canonical_text(parsed("a = 1")), canonical_text(parsed("a = \"1\"")));
}

TEST(Value, IsChangedByPath) {
  auto value = parsed("length = \"5s\"\n[[workload]]\nevery = \"1s\"\n");

  EXPECT_EQ(assign(value, "length", "20s"), "");
  EXPECT_EQ(assign(value, "workload.0.every", "\"5ms\""), "");
  EXPECT_EQ(assign(value, "workload.1.count", "7"), "");
  EXPECT_EQ(assign(value, "cluster.brokers", "5"), "");

  EXPECT_EQ(
      value,
      parsed("length = \"20s\"\nworkload = [{every = \"5ms\"}, {count = 7}]\ncluster.brokers = 5"));
}

TEST(Value, HasOneLineOfItsPropertiesChanged) {
  auto value = parsed("[cluster]\nproperties = '''\n# a=0\n a = 1\nb=2\na=3\n'''\nbrokers = 3\n");

  EXPECT_EQ(assign(value, "cluster.properties/a", "9"), "");
  EXPECT_EQ(assign(value, "cluster.properties/c.d", "\"7\""), "");
  EXPECT_EQ(value.find("cluster")->find("properties")->text(), "# a=0\na=9\nb=2\nc.d=7\n");
  EXPECT_EQ(assign(value, "connect.properties/x", "1"), "");
  EXPECT_EQ(value.find("connect")->find("properties")->text(), "x=1\n");
  EXPECT_EQ(assign(value, "cluster.brokers/x", "1"),
            "cluster.brokers/x: cluster.brokers is a whole number, expected a text of properties");
  EXPECT_EQ(assign(value, "cluster.properties/", "1"),
            "cluster.properties/: expected the name of a property after the slash");
}

TEST(Value, RefusesPathsThatLeadNowhere) {
  auto value = parsed("length = \"5s\"\nworkload = [{every = \"1s\"}]\n");

  EXPECT_EQ(assign(value, "length.hours", "1"), "length.hours: length is a text and has no parts");
  EXPECT_EQ(assign(value, "workload.3.every", "1"),
            "workload.3.every: expected a position from 0 to 1 in the list, found \"3\"");
  EXPECT_EQ(assign(value, "a..b", "1"),
            "a..b: expected a path such as \"cluster.brokers\" or \"workload.0.every\"");
}

TEST(Value, TakesNoSecondKeyFromAnAssignedText) {
  auto value = parsed("a = 1");

  EXPECT_EQ(assign(value, "a", "2\nb = 3"), "");

  EXPECT_EQ(value.find("a")->text(), "2\nb = 3");
}

}  // namespace
}  // namespace logquake::scenario
