// Decimals, calendar values, keys and comparisons.
#include "models/database/value.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/database/conversion.h"
#include "models/database/expression.h"
#include "models/database/functions.h"
#include "models/database/key.h"

namespace logquake::database {
namespace {

RC_GTEST_PROP(Decimal, CountsAsIntegersDo, (std::int32_t a, std::int32_t b)) {
  const Decimal x = Decimal::of(a);
  const Decimal y = Decimal::of(b);

  RC_ASSERT((x + y).to_integer() == std::int64_t{a} + b);
  RC_ASSERT((x - y).to_integer() == std::int64_t{a} - b);
  RC_ASSERT((x * y).to_integer() == std::int64_t{a} * b);
  RC_ASSERT((x <=> y) == (a <=> b));
  RC_ASSERT(Decimal::parse(to_string(x)) == x);
  if (b != 0) RC_ASSERT(Decimal::quotient(x, y)->to_integer() == std::int64_t{a} / b);
}

TEST(Decimal, RoundsHalfAwayFromZero) {
  EXPECT_EQ(to_string(Decimal::parse("1.005")->rounded(2)), "1.01");
  EXPECT_EQ(to_string(Decimal::parse("-1.005")->rounded(2)), "-1.01");
  EXPECT_EQ(to_string(Decimal::parse("0.04")->rounded(1)), "0.0");
  EXPECT_EQ(to_string(Decimal::parse("-0.04")->rounded(1)), "0.0");
  EXPECT_EQ(to_string(Decimal::parse("9.99")->rounded(1)), "10.0");
  EXPECT_EQ(to_string(*Decimal::parse(".5")), "0.5");
}

RC_GTEST_PROP(DateTime, ReadsWhatItPrints, ()) {
  constexpr std::int64_t last = 253'402'300'799'999'999;   // 9999-12-31 23:59:59.999999
  constexpr std::int64_t first = -62'135'596'800'000'000;  // 0001-01-01
  const DateTime moment{*rc::gen::inRange(first, last), 6};

  RC_ASSERT(parse_date_time(to_string(moment)) == moment);
  RC_ASSERT(days_of(civil_of(moment.date().days)) == moment.date().days);
}

TEST(DateTime, KnowsTheCalendar) {
  EXPECT_FALSE(parse_date_time("2023-02-29"));
  EXPECT_TRUE(parse_date_time("2024-02-29"));
  EXPECT_FALSE(parse_date_time("1900-02-29"));
  EXPECT_TRUE(parse_date_time("2000-02-29"));
  EXPECT_EQ(parse_date_time("2024-07-04 03:33:58")->microseconds, 1'720'064'038'000'000);
}

// Keys sort as the values they stand for compare (C-DB-82).
RC_GTEST_PROP(Key, SortsAsIntegersDo, (std::int64_t a, std::int64_t b)) {
  std::string x;
  std::string y;
  append_key(x, Value(a), {.kind = TypeKind::bigint});
  append_key(y, Value(b), {.kind = TypeKind::bigint});

  RC_ASSERT((x < y) == (a < b));
  RC_ASSERT(x < after_prefix(x));
}

RC_GTEST_PROP(Key, SortsAsTextsCompare, (const std::string& a, const std::string& b)) {
  const auto letters = [](std::string text) {
    for (char& letter : text)
      letter = static_cast<char>('A' + (static_cast<unsigned char>(letter) % 60));
    return text;
  };
  const Value left(letters(a));
  const Value right(letters(b));
  std::string x;
  std::string y;
  append_key(x, left, {.kind = TypeKind::varchar});
  append_key(y, right, {.kind = TypeKind::varchar});

  RC_ASSERT((x == y) == (compare(left, right) == 0));
  RC_ASSERT((x < y) == (*compare(left, right) < 0));
}

TEST(Like, MatchesAsTheServerDoes) {
  EXPECT_TRUE(matches_like("myXusers", "my_users"));
  EXPECT_FALSE(matches_like("my_users2", "my_users"));
  EXPECT_TRUE(matches_like("anything", "%"));
  EXPECT_TRUE(matches_like("100%", "100\\%"));
  EXPECT_FALSE(matches_like("1000", "100\\%"));
  EXPECT_TRUE(matches_like(std::string(5'000, 'a'), "%a%a%a%a%a%a%a%a%"));
}

// C-DB-88, C-JSI-67
TEST(Conversion, RefusesTextOutsideTheCharacterSet) {
  const Column column{.name = "c", .type = {.kind = TypeKind::varchar, .length = 20}};
  StorePlace place{.database = "d", .table = "t", .character_set = "latin1"};

  EXPECT_TRUE(stored_value(Value::text("é"), column, place));
  const auto korean = stored_value(Value::text("김"), column, place);
  ASSERT_FALSE(korean);
  EXPECT_EQ(korean.error().message,
            "Incorrect string value: '\\xEA\\xB9\\x80' for column `d`.`t`.`c` at row 1");
  place.character_set = "utf8mb4";
  EXPECT_TRUE(stored_value(Value::text("김"), column, place));
}

}  // namespace
}  // namespace logquake::database
