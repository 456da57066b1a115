#include "models/connect/json_converter.h"

#include <gtest/gtest.h>

#include "models/connect/converter.h"
#include "models/connect/decimal.h"

namespace logquake::connect {
namespace {

SchemaRef users_schema() {
  Schema schema;
  schema.type = SchemaType::structure;
  schema.name = "users";
  schema.fields = {{"id", make_schema(SchemaType::int32)},
                   {"user_id", make_schema(SchemaType::string, true)},
                   {"pwd", make_schema(SchemaType::string, true)},
                   {"name", make_schema(SchemaType::string, true)},
                   {"created_at", timestamp_schema(true)}};
  return std::make_shared<const Schema>(schema);
}

Value kim() { return Struct{users_schema(), {1, "u1", "p1", "Kim", std::int64_t{1720064038000}}}; }

constexpr std::string_view kim_text =
    R"({"schema":{"type":"struct","fields":[{"type":"int32","optional":false,"field":"id"},)"
    R"({"type":"string","optional":true,"field":"user_id"},{"type":"string","optional":true,"field":"pwd"},)"
    R"({"type":"string","optional":true,"field":"name"},)"
    R"({"type":"int64","optional":true,"name":"org.apache.kafka.connect.data.Timestamp","version":1,"field":"created_at"}],)"
    R"("optional":false,"name":"users"},)"
    R"("payload":{"id":1,"user_id":"u1","pwd":"p1","name":"Kim","created_at":1720064038000}})";

JsonConverter plain() { return JsonConverter({.schemas_enable = false}); }

// C-GLD-17.
TEST(JsonConverter, WritesTheGoldenRowOfTheDefaultChain) {
  JsonConverter converter;

  EXPECT_EQ(converter.from_connect(users_schema(), kim()).value(), kim_text);
}

TEST(JsonConverter, ReadsBackWhatItWrote) {
  JsonConverter converter;

  const auto read = converter.to_connect(kim_text);

  EXPECT_TRUE(same_schema(read.value().schema, users_schema()));
  EXPECT_EQ(read.value().value, kim());
}

// C-CNV-2.
TEST(JsonConverter, KeepsTombstonesApartFromNullPayloads) {
  JsonConverter converter;
  EXPECT_EQ(converter.from_connect(nullptr, {}).value(), std::nullopt);
  EXPECT_EQ(converter.from_connect(make_schema(SchemaType::string, true), {}).value(),
            R"({"schema":{"type":"string","optional":true},"payload":null})");

  const auto tombstone = converter.to_connect(std::nullopt);
  EXPECT_EQ(tombstone.value().schema, nullptr);
  EXPECT_TRUE(tombstone.value().value.is_null());
}

// C-CNV-12.
TEST(JsonConverter, WritesSchemalessDataWithANullSchema) {
  JsonConverter converter;

  EXPECT_EQ(converter.from_connect(nullptr, 7).value(), R"({"schema":null,"payload":7})");
  const auto read = converter.to_connect(R"({"schema":null,"payload":{"a":[1,2.5]}})");
  EXPECT_EQ(read.value().schema, nullptr);
  EXPECT_EQ(read.value().value, Value(Entries{{"a", List{1, 2.5}}}));
}

// C-CNV-1, C-CNV-9: off -> on.
TEST(JsonConverter, DemandsExactlySchemaAndPayload) {
  JsonConverter converter;
  for (const auto* text : {R"({"id":1})", R"({"schema":null,"payload":1,"x":2})", "1"}) {
    const auto read = converter.to_connect(text);
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().code, ErrorCode::data);
    EXPECT_NE(read.error().message.find("schemas.enable=false"), std::string::npos);
  }
}

// C-CNV-9: on -> off.
TEST(JsonConverter, ReadsAnEnvelopeAsAMapWhenSchemasAreOff) {
  auto converter = plain();

  const auto read =
      converter.to_connect(R"({"schema":{"type":"int32","optional":false},"payload":1})");

  ASSERT_NE(read.value().value.entries(), nullptr);
  EXPECT_EQ(read.value().value.entries()->size(), 2U);
  EXPECT_EQ(read.value().schema, nullptr);
}

TEST(JsonConverter, NamesBytesThatAreNoJson) {
  JsonConverter converter;

  const auto read = converter.to_connect("plain text");

  ASSERT_FALSE(read.ok());
  EXPECT_TRUE(read.error().message.starts_with(
      "Converting byte[] to Kafka Connect data failed due to serialization error: "));
}

// C-CNV-7.
TEST(JsonConverter, TreatsMissingMembersAsNull) {
  JsonConverter converter;
  const std::string required =
      R"({"schema":{"type":"struct","fields":[{"type":"int32","optional":false,"field":"id"}],"optional":false},"payload":{}})";
  const std::string with_default =
      R"({"schema":{"type":"struct","fields":[{"type":"int32","optional":false,"default":5,"field":"id"}],"optional":false},"payload":{}})";

  const auto refused = converter.to_connect(required);
  const auto replaced = converter.to_connect(with_default);

  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "Invalid null value for required INT32 field");
  EXPECT_EQ(*replaced.value().value.structure()->find("id"), Value(5));
}

// C-CNV-4, C-CNV-6.
TEST(JsonConverter, WritesLogicalTypesWithTheirParameters) {
  JsonConverter converter;
  EXPECT_EQ(
      converter.from_connect(decimal_schema(2, false, 10), *decimal_bytes("-12.30", 2)).value(),
      R"({"schema":{"type":"bytes","optional":false,"name":"org.apache.kafka.connect.data.Decimal","version":1,)"
      R"("parameters":{"scale":"2","connect.decimal.precision":"10"}},"payload":"+zI="})");
  EXPECT_EQ(
      converter.from_connect(date_schema(true), 3).value(),
      R"({"schema":{"type":"int32","optional":true,"name":"org.apache.kafka.connect.data.Date","version":1},"payload":3})");
  JsonConverter numeric({.schemas_enable = false, .decimal_numeric = true});
  EXPECT_EQ(numeric.from_connect(decimal_schema(2, false), *decimal_bytes("-12.30", 2)).value(),
            "-12.30");
}

// C-CNV-5.
TEST(JsonConverter, WritesMapsByTheirKeys) {
  auto converter = plain();
  Schema by_number;
  by_number.type = SchemaType::map;
  by_number.key_schema = make_schema(SchemaType::int32);
  by_number.value_schema = make_schema(SchemaType::string, true);

  EXPECT_EQ(
      converter
          .from_connect(std::make_shared<const Schema>(by_number), Entries{{1, "a"}, {2, Value()}})
          .value(),
      R"([[1,"a"],[2,null]])");
  EXPECT_EQ(converter.from_connect(nullptr, Entries{{"k", true}}).value(), R"({"k":true})");
}

TEST(JsonConverter, RefusesNullInARequiredField) {
  JsonConverter converter;

  const auto written =
      converter.from_connect(users_schema(), Struct{users_schema(), std::vector<Value>(5)});

  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().message,
            "Conversion error: null value for field that is required and has no default value");
}

TEST(Struct, NamesTheRequiredFieldThatIsNull) {
  const Struct structure{users_schema(), std::vector<Value>(5)};

  EXPECT_EQ(structure.validate().error().message,
            "Invalid value: null used for required field: \"id\", schema type: INT32");
}

// C-CNV-10.
TEST(Converter, WritesTheTextFormOfAnyValueAsString) {
  Converter converter(Converter::Kind::string);

  EXPECT_EQ(text_of(*converter.from_connect(users_schema(), kim()).value()),
            "Struct{id=1,user_id=u1,pwd=p1,name=Kim,created_at=Thu Jul 04 03:33:58 UTC 2024}");
  EXPECT_EQ(converter.from_connect(nullptr, {}).value(), std::nullopt);
  EXPECT_EQ(converter.to_connect(to_bytes("x")).value().value, Value("x"));
}

// C-CNV-11.
TEST(Converter, ReadsItsPropertiesUnderItsOwnName) {
  const Properties properties{{"value.converter", "org.apache.kafka.connect.json.JsonConverter"},
                              {"value.converter.schemas.enable", "false"},
                              {"key.converter", "org.apache.kafka.connect.storage.StringConverter"},
                              {"bad.converter", "com.example.Nothing"}};

  auto value = Converter::from_properties(properties, "value.converter");
  EXPECT_EQ(text_of(*value.value().from_connect(nullptr, 1).value()), "1");
  EXPECT_EQ(Converter::from_properties(properties, "key.converter").value().kind(),
            Converter::Kind::string);
  EXPECT_EQ(Converter::from_properties(properties, "bad.converter").error().message,
            "Invalid value com.example.Nothing for configuration bad.converter: Class "
            "com.example.Nothing could not "
            "be found.");
}

TEST(Decimal, KeepsAnyNumberOfDigits) {
  const std::string digits(65, '9');

  EXPECT_EQ(decimal_text(*decimal_bytes("-" + digits, 0), 0), "-" + digits);
  EXPECT_EQ(to_hex(*decimal_bytes("0", 2)), "00");
  EXPECT_EQ(to_hex(*decimal_bytes("128", 0)), "0080");
  EXPECT_EQ(to_hex(*decimal_bytes("-128", 0)), "80");
  EXPECT_EQ(decimal_text(*decimal_bytes("0.05", 2), 2), "0.05");
  EXPECT_EQ(decimal_bytes("1.234", 2), std::nullopt);
  EXPECT_EQ(decimal_bytes("abc", 2), std::nullopt);
}

}  // namespace
}  // namespace logquake::connect
