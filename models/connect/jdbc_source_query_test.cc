#include "models/connect/jdbc_source_query.h"

#include <gtest/gtest.h>

namespace logquake::connect {
namespace {

const TableId users{"memberdb", "", "users"};

std::vector<TableId> numbered(int count) {
  std::vector<TableId> tables;
  for (int i = 0; i < count; ++i) tables.push_back({"db", "", "t" + std::to_string(i)});
  return tables;
}

std::string sizes(int tables, std::size_t groups) {
  std::string out;
  for (const auto& group : group_tables(numbered(tables), groups))
    out += std::to_string(group.size()) + " ";
  return out;
}

// C-GLD-17, C-GLD-18.
TEST(JdbcSourceQuery, IsTheGoldenOneOfTheDefaultChain) {
  EXPECT_EQ(incrementing_query_text(users, "id", ""),
            "SELECT * FROM `memberdb`.`users` WHERE `memberdb`.`users`.`id` > ? ORDER BY "
            "`memberdb`.`users`.`id` ASC");
  EXPECT_EQ(to_json_text(incremental_source_partition(users)),
            R"({"protocol":"1","table":"memberdb.users"})");
  EXPECT_EQ(to_json_text(incrementing_offset(1)), R"({"incrementing":1})");
}

// C-JSO-30, C-JSO-34, C-JSO-37, C-JSO-53.
TEST(JdbcSourceQuery, HasNoConditionWithoutAColumnAndPutsTheSuffixLast) {
  EXPECT_EQ(incrementing_query_text(users, "", "LIMIT 5"),
            "SELECT * FROM `memberdb`.`users` LIMIT 5");
  EXPECT_EQ(bulk_query_text(users, ""), "SELECT * FROM `memberdb`.`users`");
  EXPECT_EQ(to_json_text(bare_source_partition(users)), R"({"table":"users"})");
}

// C-GLD-11.
TEST(JdbcSourceTables, AreSplitIntoContiguousGroups) {
  EXPECT_EQ(sizes(5, 3), "2 2 1 ");
  EXPECT_EQ(sizes(2, 4), "1 1 ");
  EXPECT_EQ(sizes(0, 4), "");
  EXPECT_EQ(tables_text(numbered(2)), "`db`.`t0`,`db`.`t1`");
}

// C-JSO-4.
TEST(JdbcSourceTables, AreChosenByBareOrFullName) {
  const std::vector<TableId> listed = {
      users, {"memberdb", "", "Users"}, {"memberdb", "", "orders"}};

  EXPECT_EQ(filter_tables(listed, {"users"}, {}).size(), 1U);
  EXPECT_EQ(filter_tables(listed, {"memberdb.users", "`memberdb`.`orders`"}, {}).size(), 2U);
  EXPECT_EQ(filter_tables(listed, {}, {"users"}).size(), 2U);
  EXPECT_EQ(filter_tables(listed, {}, {}).size(), 3U);
  EXPECT_EQ(filter_tables(listed, {"nothing"}, {}).size(), 0U);
}

// C-JSO-6.
TEST(JdbcSourceTables, WithOneBareNameInTwoDatabasesAreRefused) {
  const auto refused = refuse_duplicate_names({users, {"other", "", "users"}}, true, false);

  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("Update the connector's 'table.whitelist' config"),
            std::string::npos);
  EXPECT_NE(refused.error().message.find("[[\"memberdb\".\"users\", \"other\".\"users\"]]"),
            std::string::npos)
      << refused.error().message;
  EXPECT_TRUE(refuse_duplicate_names({users}, true, false).ok());
}

}  // namespace
}  // namespace logquake::connect
