#include "models/connect/json.h"

#include <gtest/gtest.h>

namespace logquake::connect {
namespace {

TEST(Json, KeepsTheOrderOfMembersAndWritesNoWhiteSpace) {
  const auto parsed = parse_json(R"({ "b": 1, "a": [true, null, "x"], "c": {} })");

  EXPECT_EQ(to_json_text(parsed.value()), R"({"b":1,"a":[true,null,"x"],"c":{}})");
}

TEST(Json, TakesTheLastValueOfARepeatedName) {
  EXPECT_EQ(to_json_text(parse_json(R"({"a":1,"b":2,"a":3})").value()), R"({"a":3,"b":2})");
}

TEST(Json, TellsLineAndColumnOfASyntaxError) {
  const auto parsed = parse_json("{\n  \"name\": ]\n}");

  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().line, 2);
  EXPECT_EQ(parsed.error().column, 11);
  EXPECT_NE(to_string(parsed.error()).find("line 2, column 11: "), std::string::npos)
      << to_string(parsed.error());
  EXPECT_EQ(to_string(parsed.error()).find("json.exception"), std::string::npos);
}

TEST(Json, RefusesEndlessNesting) {
  const auto parsed = parse_json(std::string(200000, '['));

  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().code, JsonError::Code::too_deep);
}

TEST(Json, RefusesGarbageAndEmptyText) {
  EXPECT_FALSE(parse_json("").ok());
  EXPECT_FALSE(parse_json(std::string("\0\xff\x01", 3)).ok());
  EXPECT_FALSE(parse_json("{} {}").ok());
}

TEST(Json, EscapesAsJacksonDoes) {
  std::string out;
  append_json_string(out, "a\"b\\c\n\x01 \xec\x95\x88");

  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\u0001 \xec\x95\x88\"");
}

TEST(Json, PrintsNumbersAsJavaDoes) {
  EXPECT_EQ(double_text(1), "1.0");
  EXPECT_EQ(double_text(-12.5), "-12.5");
  EXPECT_EQ(double_text(0.001), "0.001");
  EXPECT_EQ(double_text(0.0001), "1.0E-4");
  EXPECT_EQ(double_text(1e7), "1.0E7");
  EXPECT_EQ(double_text(9999999), "9999999.0");
  EXPECT_EQ(double_text(1.25e100), "1.25E100");
  EXPECT_EQ(double_text(0), "0.0");
}

}  // namespace
}  // namespace logquake::connect
