#include "models/database/parser.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/database/script.h"
#include "sim/base/format.h"
#include "sim/testing/run_program.h"

namespace logquake::database {
namespace {

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

Engine& scratch(Engine& engine) {
  EXPECT_TRUE(engine.create_database("d").ok());
  return engine;
}
EngineCarrier clock_only() {
  EngineCarrier carrier;
  carrier.now = [] { return WallTime{}; };
  return carrier;
}

// On a fiber's stack of 64 KB.
TEST(Parser, AnswersAnyNestingWithAnErrorAtWorst) {
  sim::testing::run_program([](sim::Node&) {
    constexpr int deep = 200'000;
    for (const std::string& sql :
         {"select " + repeated("(", deep) + "1" + repeated(")", deep),
          "select " + repeated("(", deep),
          "select " + repeated("1+(", deep) + "1" + repeated(")", deep),
          "select " + repeated("not ", deep) + "1", "select " + repeated("- ", deep) + "1",
          "select " + repeated("case when ", deep), "select " + repeated("concat(", deep),
          "select 1 in " + repeated("(1 in (", deep)}) {
      const auto statement = parse_statement(sql);
      ASSERT_FALSE(statement);
      EXPECT_EQ(statement.error().number(), 1064);
    }
    const auto chain = parse_statement("select 1" + repeated("+1", deep));
    EXPECT_TRUE(chain);
  });
}

TEST(Parser, EvaluatesDeepButBearableNesting) {
  sim::testing::run_program([](sim::Node&) {
    Engine engine({}, clock_only());
    const std::string sql =
        "select " + repeated("(1+", 5'000) + "1" + repeated(")", 5'000) + " as n";

    EXPECT_NE(run_script(scratch(engine), sql, "d").find("5001"), std::string::npos);
  });
}

// What the real server knows and this model leaves out is refused, never taken silently.
TEST(Parser, RefusesWhatItLeavesOut) {
  for (const std::string_view sql : {"select 1 union select 2",
                                     "select a from t group by a",
                                     "select * from a join b",
                                     "select * from a, b",
                                     "select (select 1)",
                                     "select 1 from (select 1) x",
                                     "create view v as select 1",
                                     "create table t(id int, foreign key (id) references p(id))",
                                     "alter table t drop column c",
                                     "alter table t modify c int",
                                     "insert into t select 1",
                                     "lock tables t read",
                                     "flush tables with read lock",
                                     "create table t(j json)",
                                     "create table t(e enum('a'))",
                                     "select 1 & 2",
                                     "create table t(id int) engine=MyISAM",
                                     "delete a from a, b",
                                     "with x as (select 1) select 1",
                                     "kill 5",
                                     "create table t(id int, check (id > 0))",
                                     "show processlist",
                                     "update a, b set a.x = 1"}) {
    const auto statement = parse_statement(sql);
    ASSERT_FALSE(statement) << sql;
    EXPECT_EQ(statement.error().number(), 1235) << sql;
  }
}

TEST(Parser, TakesParametersInTheirOrder) {
  const std::vector<Value> two{Value::integer(1), Value::text("it's ; -- ?")};

  const auto statement = parse_statement("select ?, '?', ?", two);
  const auto too_few = parse_statement("select ?, ?, ?", two);

  ASSERT_TRUE(statement);
  const auto& items = std::get<Select>(*statement).items;
  EXPECT_EQ(items[0].expression.nodes[0].literal, two[0]);
  EXPECT_EQ(items[2].expression.nodes[0].literal, two[1]);
  ASSERT_FALSE(too_few);
  EXPECT_EQ(too_few.error().sqlstate, "07004");
}

TEST(Scripts, AreCutAtSemicolonsOutsideQuotesAndComments) {
  const auto parts =
      split_script("select ';' ; -- a; b\n # c;\n select `a;b`;;\n/* x; */ select 1");

  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].sql, "select ';'");
  EXPECT_EQ(parts[1].sql, "select `a;b`");
  EXPECT_EQ(parts[2].sql, "select 1");
}

// Found by damaged scripts: the evaluation had taken two values where there was one.
TEST(Parser, RefusesADifferenceOfOtherThanTwoTimes) {
  for (const auto* values : {"now()", "now(), now(), now()"}) {
    const auto sql = format("select timestampdiff(second, {})", values);
    EXPECT_EQ(parse_statement(sql).error().number(), 1064) << sql;
  }
  EXPECT_TRUE(parse_statement("select timestampdiff(second, now(), now())").ok());
}

RC_GTEST_PROP(Parser, AnswersGarbageOfWords, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "select", "from", "where", "insert", "into", "values", "(", ")", ",", "t", "a", "1", "'x'",
      "and", "or", "not", "between", "in", "is", "null", "case", "when", "then", "else", "end",
      "create", "table", "int", "primary", "key", "=", "<", "+", "-", "*", "/", ".", ";", "`q`",
      "update", "set", "order", "by", "limit", "interval", "day", "count", "cast", "as", "on",
      "duplicate", "default", "?", "@@x", "like", "'unterminated", "exists", "distinct", "now"));
  std::string sql;
  for (const std::string& word : words) sql += word + " ";
  Engine engine({}, clock_only());
  RC_ASSERT(engine.create_database("d").ok());

  const std::string answer = run_script(engine, "create table t(a int); " + sql, "d");

  RC_ASSERT(!answer.empty());
}

RC_GTEST_PROP(Parser, AnswersGarbageOfBytes, (const std::string& sql)) {
  const auto statement = parse_statement(sql);

  RC_ASSERT(statement.ok() || statement.error().number() > 0);
}

}  // namespace
}  // namespace logquake::database
