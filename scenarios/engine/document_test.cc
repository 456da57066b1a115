#include "scenarios/engine/document.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "scenarios/engine/toml_bounds.h"
#include "sim/random.h"
#include "sim/testing/scratch_folder.h"

namespace logquake::scenario {
namespace {

std::string problems_of(std::string_view text) {
  Problems problems("x.toml");
  const auto document = parse_document(text, problems);
  EXPECT_EQ(document.has_value(), problems.empty());
  return problems.to_text();
}

Value parsed(std::string_view text) {
  Problems problems("x.toml");
  auto document = parse_document(text, problems);
  EXPECT_TRUE(document.has_value()) << problems.to_text();
  return document.value_or(Value());
}

TEST(Document, KnowsWhereEverythingStands) {
  const auto document = parsed("name = \"a\"\n\n[cluster]\n  brokers = 3\n");

  EXPECT_EQ(document.find("name")->place, (Place{1, 8}));
  EXPECT_EQ(document.find("cluster")->entries().front().place, (Place{4, 3}));
  EXPECT_EQ(document.find("cluster")->find("brokers")->integer(), 3);
}

TEST(Document, KeepsTheOrderOfTheFile) {
  const auto document = parsed("zebra = 1\nant = 2\n[[m]]\nb = 1\na = 2\n");

  EXPECT_EQ(document.entries()[0].key, "zebra");
  EXPECT_EQ(document.entries()[1].key, "ant");
  EXPECT_EQ(document.find("m")->elements().front().entries().front().key, "b");
}

TEST(Document, KnowsWhereTheFirstCharacterOfABlockStands) {
  const auto document = parsed("a = '''\nselect\n'''\nb = '''select'''\nc = \"select\"\n");

  EXPECT_EQ(document.find("a")->text_place, (Place{2, 1}));
  EXPECT_EQ(document.find("b")->text_place, (Place{4, 8}));
  EXPECT_EQ(document.find("c")->text_place, (Place{5, 6}));
}

TEST(Document, TellsTheLineAndColumnOfASyntaxError) {
  const auto problems = problems_of("name = \"a\"\nlength = = \"5s\"\n");

  EXPECT_TRUE(problems.starts_with("x.toml:2:10: not TOML: ")) << problems;
}

TEST(Document, RefusesWhatIsNoText) {
  EXPECT_EQ(problems_of(std::string_view("a = 1\nb\0c", 9)),
            "x.toml:2:2: expected text in UTF-8, found the byte 0x00; is this a scenario file?\n");
  EXPECT_EQ(problems_of("\x7f"
                        "ELF"),
            "x.toml:1:1: expected text in UTF-8, found the byte 0x7f; is this a scenario file?\n");
  EXPECT_EQ(problems_of("a = \"\xff\""),
            "x.toml:1:6: expected text in UTF-8, found the byte 0xff; is this a scenario file?\n");
  EXPECT_EQ(problems_of("a = \"\xed\xa0\x80\""),  // a surrogate
            "x.toml:1:6: expected text in UTF-8, found the byte 0xed; is this a scenario file?\n");
}

TEST(Document, RefusesDeepNestingBeforeItCanOverflowTheParser) {
  EXPECT_EQ(problems_of("a = " + std::string(200'000, '[')),
            "x.toml:1:37: expected at most 32 nested brackets\n");
  EXPECT_EQ(problems_of(std::string(200'000, '[')),
            "x.toml:1:33: expected at most 32 nested brackets\n");
  std::string tables = "a = ";
  for (int at = 0; at < 100'000; ++at) tables += "{b=";
  EXPECT_EQ(problems_of(tables), "x.toml:1:101: expected at most 32 nested brackets\n");
}

TEST(Document, RefusesLongDottedKeysBeforeTheyCanOverflowTheParser) {
  std::string key = "a";
  std::string quoted = "[\"a\"";
  for (int at = 0; at < 200'000; ++at) key += ".a";
  for (int at = 0; at < 100'000; ++at) quoted += " . \"a\"";

  EXPECT_EQ(problems_of(key + " = 1"), "x.toml:1:32: expected at most 16 parts in a dotted key\n");
  EXPECT_EQ(problems_of("[" + key + "]"),
            "x.toml:1:33: expected at most 16 parts in a dotted key\n");
  EXPECT_EQ(problems_of(quoted + "]"), "x.toml:1:96: expected at most 16 parts in a dotted key\n");
}

TEST(Document, CountsNoBracketsOrDotsInsideTextsAndComments) {
  const std::string brackets(1000, '[');
  const std::string dots(1000, '.');

  EXPECT_EQ(problems_of("a = '" + brackets + dots + "'\n# " + brackets + dots + "\nb = '''\n" +
                        brackets + "'\n" + dots + "'''\nc = \"\\\"" + brackets + "\"\nd = \"\"\"" +
                        dots + "\\\"\"\"\"\n"),
            "");
}

TEST(Document, RefusesTooLongTexts) {
  EXPECT_EQ(problems_of(std::string(2'000'000, '#')),
            "x.toml: expected at most 1048576 bytes, found 2000000\n");
}

TEST(Document, SaysWhatItFoundInPlaceOfAFile) {
  const sim::testing::ScratchFolder folder("document");
  Problems directory("x.toml");
  Problems device("y.toml");
  Problems missing("z.toml");

  EXPECT_FALSE(read_document(folder.path().string(), directory));
  EXPECT_FALSE(read_document("/dev/zero", device));
  EXPECT_FALSE(read_document("/no/such/file.toml", missing));

  EXPECT_EQ(directory.to_text(), "x.toml: expected a scenario file, found a directory\n");
  EXPECT_EQ(device.to_text(), "y.toml: expected a scenario file, found a device or a pipe\n");
  EXPECT_EQ(missing.to_text(), "z.toml: cannot be read: No such file or directory\n");
}

// Whatever the bytes: an answer or a problem with a place, never a crash.
TEST(Document, SurvivesAnyMixtureOfItsOwnPieces) {
  const std::vector<std::string> pieces{
      "[",     "]",      "{",          "}",  "a",    ".",       "=",    ",",  "\"", "'",
      "'''",   "\"\"\"", "\n",         "#",  "1",    "\\",      "true", " ",  "é",  "\xff",
      "[[a]]", "1e9",    "1979-05-27", "\t", "\r\n", "\\u00e9", "inf",  "-0", "\0x"};
  for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
    sim::Random random(seed);
    std::string text;
    const auto length = random.below(60);
    for (std::uint64_t at = 0; at < length; ++at) text += random.pick(pieces);
    Problems problems("fuzz.toml");
    const auto document = parse_document(text, problems);
    ASSERT_NE(document.has_value(), !problems.empty()) << text;
    if (document) {
      Problems again("again.toml");
      const auto reread = parse_document(to_toml(*document), again);
      ASSERT_TRUE(reread.has_value()) << text << "\n---\n" << to_toml(*document) << again.to_text();
      ASSERT_EQ(canonical_text(*document), canonical_text(*reread)) << text;
    }
  }
}

}  // namespace
}  // namespace logquake::scenario
