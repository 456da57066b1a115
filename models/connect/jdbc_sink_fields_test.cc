#include "models/connect/jdbc_sink_fields.h"

#include <gtest/gtest.h>

namespace logquake::connect {
namespace {

SchemaRef struct_of(std::vector<Field> fields) {
  Schema schema;
  schema.type = SchemaType::structure;
  schema.fields = std::move(fields);
  return std::make_shared<const Schema>(std::move(schema));
}

SchemaRef users() {
  return struct_of({{"id", make_schema(SchemaType::int32)},
                    {"user_id", make_schema(SchemaType::string, true)},
                    {"pwd", make_schema(SchemaType::string, true)},
                    {"name", make_schema(SchemaType::string, true)},
                    {"created_at", timestamp_schema(true)}});
}

JdbcSinkSettings settings(Properties more = {}) {
  more.emplace("name", "sink");
  more.emplace("connection.url", "jdbc:mysql://localhost/copy");
  return JdbcSinkSettings::from(more).value();
}

SinkFields fields(const Properties& more, const SchemaRef& key = nullptr,
                  const SchemaRef& value = users()) {
  return sink_fields("t", settings(more), key, value).value();
}

const TableId table{"", "", "my_topic_users"};

// C-GLD-19.
TEST(JdbcSinkStatements, AreTheGoldenOnesOfTheDefaultChain) {
  EXPECT_EQ(create_table_text(table, fields({})).value(),
            "CREATE TABLE `my_topic_users` (\n`id` INT NOT NULL,\n`user_id` TEXT NULL,\n`pwd` TEXT "
            "NULL,\n"
            "`name` TEXT NULL,\n`created_at` DATETIME(3) NULL)");
  EXPECT_EQ(
      insert_text(table, fields({})),
      "INSERT INTO `my_topic_users`(`id`,`user_id`,`pwd`,`name`,`created_at`) VALUES(?,?,?,?,?)");
  EXPECT_EQ(
      alter_table_text(table, {{"nick", make_schema(SchemaType::string, true), false}}).value(),
      "ALTER TABLE `my_topic_users` ADD `nick` TEXT NULL");
}

// C-JSI-42, C-JSI-45.
TEST(JdbcSinkStatements, PutTheKeyLastInCreateAndSeveralColumnsOnLinesOfTheirOwn) {
  const auto with_key =
      fields({{"pk.mode", "record_key"}, {"pk.fields", "k"}}, make_schema(SchemaType::int64, true),
             struct_of({{"a", make_schema(SchemaType::string, true)}}));

  EXPECT_EQ(
      create_table_text(table, with_key).value(),
      "CREATE TABLE `my_topic_users` (\n`a` TEXT NULL,\n`k` BIGINT NOT NULL,\nPRIMARY KEY(`k`))");
  EXPECT_EQ(alter_table_text(table, {{"a", make_schema(SchemaType::int8, true), false},
                                     {"b", make_schema(SchemaType::float64, true), false}})
                .value(),
            "ALTER TABLE `my_topic_users` \nADD `a` TINYINT NULL,\nADD `b` DOUBLE NULL");
}

// C-JSI-15, C-JSI-21 to 23.
TEST(JdbcSinkStatements, PutKeysFirstExceptInUpdate) {
  const auto keyed = fields({{"pk.mode", "record_value"}, {"pk.fields", "name"}}, nullptr,
                            struct_of({{"a", make_schema(SchemaType::string, true)},
                                       {"name", make_schema(SchemaType::string)},
                                       {"b", make_schema(SchemaType::string, true)}}));

  EXPECT_EQ(insert_text(table, keyed),
            "INSERT INTO `my_topic_users`(`name`,`a`,`b`) VALUES(?,?,?)");
  EXPECT_EQ(upsert_text(table, keyed),
            "insert into `my_topic_users`(`name`,`a`,`b`) values(?,?,?) on duplicate key update "
            "`a`=values(`a`),`b`=values(`b`)");
  EXPECT_EQ(update_text(table, keyed),
            "UPDATE `my_topic_users` SET `a` = ?, `b` = ? WHERE `name` = ?");
  EXPECT_EQ(delete_text(table, keyed), "DELETE FROM `my_topic_users` WHERE `name` = ?");
}

TEST(JdbcSinkStatements, UpsertOfKeysAloneUpdatesTheKeys) {
  const auto keys_only = fields({{"pk.mode", "record_value"}}, nullptr,
                                struct_of({{"k", make_schema(SchemaType::int32)}}));

  EXPECT_EQ(upsert_text(table, keys_only),
            "insert into `my_topic_users`(`k`) values(?) on duplicate key update `k`=values(`k`)");
}

// C-JSI-11.
TEST(JdbcSinkFields, TakeKafkasCoordinatesAsKey) {
  const auto kafka =
      fields({{"pk.mode", "kafka"}}, nullptr, struct_of({{"a", make_schema(SchemaType::string)}}));

  EXPECT_EQ(create_table_text(table, kafka).value(),
            "CREATE TABLE `my_topic_users` (\n`__connect_topic` TEXT NOT "
            "NULL,\n`__connect_partition` INT NOT NULL,\n"
            "`__connect_offset` BIGINT NOT NULL,\n`a` TEXT NOT NULL,\n"
            "PRIMARY KEY(`__connect_topic`,`__connect_partition`,`__connect_offset`))");
  EXPECT_EQ(
      sink_fields("t", settings({{"pk.mode", "kafka"}, {"pk.fields", "a,b"}}), nullptr, users())
          .error()
          .message,
      "PK mode for table 't' is KAFKA so there should either be no field names defined for "
      "defaults "
      "[__connect_topic, __connect_partition, __connect_offset] to be applicable, or exactly 3, "
      "defined fields "
      "are: [a, b]");
}

// C-JSI-12 to 14.
TEST(JdbcSinkFields, RefuseKeysThatAreNotThere) {
  const auto message = [](const Properties& more, const SchemaRef& key, const SchemaRef& value) {
    return sink_fields("t", settings(more), key, value).error().message;
  };
  EXPECT_EQ(message({{"pk.mode", "record_key"}}, nullptr, users()),
            "PK mode for table 't' is RECORD_KEY, but record key schema is missing");
  EXPECT_EQ(message({{"pk.mode", "record_key"}}, make_schema(SchemaType::int32), users()),
            "Need exactly one PK column defined since the key schema for records is a primitive "
            "type, defined columns "
            "are: []");
  EXPECT_EQ(message({{"pk.mode", "record_value"}, {"pk.fields", "nope"}}, nullptr, users()),
            "PK mode for table 't' is RECORD_VALUE with configured PK fields [nope], but record "
            "value schema does not "
            "contain field: nope");
  EXPECT_EQ(message({{"fields.whitelist", "nope"}}, nullptr, users()),
            "No fields found using key and value schemas for table: t");
}

// C-JSI-43.
TEST(JdbcSinkFields, ChooseOneSuffixForEachColumn) {
  Schema with_default = *make_schema(SchemaType::int32, true);
  with_default.default_value = Value(7);
  const auto made = fields({}, nullptr,
                           struct_of({{"a", std::make_shared<const Schema>(with_default)},
                                      {"b", make_schema(SchemaType::boolean, true)},
                                      {"c", decimal_schema(2, false)},
                                      {"d", date_schema(true)},
                                      {"e", time_schema(true)},
                                      {"f", make_schema(SchemaType::bytes)},
                                      {"g", make_schema(SchemaType::int16)},
                                      {"h", make_schema(SchemaType::float32)}}));

  EXPECT_EQ(
      create_table_text(table, made).value(),
      "CREATE TABLE `my_topic_users` (\n`a` INT DEFAULT 7,\n`b` TINYINT NULL,\n`c` DECIMAL(65,2) "
      "NOT NULL,\n"
      "`d` DATE NULL,\n`e` TIME(3) NULL,\n`f` VARBINARY(1024) NOT NULL,\n`g` SMALLINT NOT NULL,\n"
      "`h` FLOAT NOT NULL)");
}

// C-JSI-45.
TEST(JdbcSinkFields, FindMissingColumnsIgnoringCase) {
  const auto missing = missing_fields(fields({}), {"ID", "user_id", "Pwd", "created_at"});

  EXPECT_EQ(to_text(missing),
            "[SinkRecordField{schema=Schema{STRING}, name='name', isPrimaryKey=false}]");
}

// C-JSI-2.
TEST(DestinationTable, PutsTheTopicIntoTheFormatAndSplitsAtDots) {
  EXPECT_EQ(destination_table(settings(), "a.b").value(), (TableId{"", "a", "b"}));
  EXPECT_EQ(destination_table(settings({{"table.name.format", "`x.y`"}}), "t").value(),
            (TableId{"", "", "x.y"}));
  EXPECT_EQ(destination_table(settings({{"table.name.format", "copy_${topic}"}}), "t").value(),
            (TableId{"", "", "copy_t"}));
  EXPECT_EQ(quoted(destination_table(settings(), "a.b.c").value()), "`a`.`b`.`c`");
  EXPECT_EQ(quoted(destination_table(settings(), "a.b.c.d").value()), "`a`.`b`");
}

// C-JSI-3.
TEST(SinkRecordRules, RefuseWhatNeverReachesATable) {
  SinkRecord record;
  record.topic = "t";
  record.kafka_offset = 5;
  record.timestamp = 9;
  record.value = "plain";
  record.value_schema = make_schema(SchemaType::string, true);

  EXPECT_EQ(
      validate_sink_record(settings(), record).error().message,
      "Sink connector 'sink' is configured with 'delete.enabled=false' and 'pk.mode=none' and "
      "therefore requires "
      "records with a non-null Struct value and non-null Struct schema, but found record at "
      "(topic='t',partition=0,offset=5,timestamp=9) with a String value and STRING value schema.");
  record.value_schema = users();
  record.value = Struct{users(), std::vector<Value>(5)};
  EXPECT_TRUE(validate_sink_record(settings(), record).ok());
  EXPECT_FALSE(validate_sink_record(settings({{"pk.mode", "record_key"}}), record).ok());
  record.value = Value();
  record.key_schema = make_schema(SchemaType::int32);
  record.key = 1;
  EXPECT_TRUE(validate_sink_record(
                  settings({{"pk.mode", "record_key"}, {"delete.enabled", "true"}}), record)
                  .ok());
}

// C-JSI-35, C-GLD-24.
TEST(HashMapOrder, IsThatOfTheOriginalsBuffers) {
  const auto order = [](const std::vector<std::string>& names) {
    std::vector<TableId> ids;
    for (const auto& name : names) ids.push_back({"", "", name});
    std::string out;
    for (const auto at : hash_map_order(ids)) out += names[at] + " ";
    return out;
  };
  EXPECT_EQ(order({"child", "parent"}), "parent child ");
  EXPECT_EQ(order({"my_topic_users", "my_topic_orders"}), "my_topic_orders my_topic_users ");
  EXPECT_EQ(order({"orders", "users"}), "users orders ");
  EXPECT_EQ(java_hash("hello"), 99162322);
  EXPECT_EQ(java_hash("\xf0\x9f\x98\x80"), 1772899);
}

// C-JSO-4.
TEST(TableIds, PrintTheirPartsInThreeWays) {
  const TableId id{"mydb", "", "users"};

  EXPECT_EQ(quoted(id), "`mydb`.`users`");
  EXPECT_EQ(unquoted(id), "mydb.users");
  EXPECT_EQ(to_string(TableId{"", "", "t"}), "\"t\"");
  EXPECT_EQ(parse_table_id("`mydb`.`users`"), (TableId{"", "mydb", "users"}));
  EXPECT_EQ(parse_table_id("[]"), (TableId{"", "", "[]"}));
}

}  // namespace
}  // namespace logquake::connect
