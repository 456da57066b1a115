// What pages quote is what the files say.
#include "source_rules/quotes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace logquake::source_rules {
namespace {

std::optional<std::string> say_hello(const std::string& path) {
  if (path != "hello.cc") return std::nullopt;
  return "int before;\nint main() {\n  return 0;\n}\n";
}

Problems problems_of(const std::string& page) {
  return check_quotes({"docs/page.md", page}, say_hello);
}

TEST(Quotes, PassWhenTheFileSaysSo) {
  EXPECT_TRUE(
      problems_of("Look:\n```cpp file=hello.cc\nint main() {\n  return 0;\n}\n```\n").empty());
  EXPECT_TRUE(problems_of("Unmarked blocks may say anything:\n```cpp\nint x;\n```\n").empty());
}

TEST(Quotes, FailWhenTheFileSaysOtherwise) {
  const auto problems =
      problems_of("a\nb\n```cpp file=hello.cc\nint main() {\n  return 1;\n}\n```\n");

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(to_string(problems[0]), "docs/page.md:3: quotes what hello.cc does not say");
}

TEST(Quotes, FailWhenThereIsNoSuchFileOrNoEnd) {
  EXPECT_EQ(problems_of("\n```cpp file=gone.cc\nint x;\n```\n").size(), 1U);
  EXPECT_EQ(problems_of("\n```cpp file=hello.cc\nint main() {\n").size(), 1U);
}

std::optional<std::string> read_project_file(const std::string& path) {
  std::ifstream in(std::filesystem::path(LOGQUAKE_SOURCE_DIR) / path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(ProjectPages, QuoteTheExampleAsItIs) {
  const std::string path = "docs/writing-a-model.md";
  const auto page = read_project_file(path);
  ASSERT_TRUE(page.has_value());
  ASSERT_NE(page->find(" file="), std::string::npos);

  for (const auto& problem : check_quotes({path, *page}, read_project_file))
    ADD_FAILURE() << to_string(problem);
}

}  // namespace
}  // namespace logquake::source_rules
