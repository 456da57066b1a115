// What a real MariaDB 10.11 answered to the scripts in testdata/, and what this model answers.
// Re-record: conformance/database/record
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "models/database/script.h"

namespace logquake::database {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in) << path;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string answers_to(const std::string& name) {
  const auto folder = std::filesystem::path(LOGQUAKE_SOURCE_DIR) / "models/database/testdata";
  EngineCarrier carrier;
  carrier.now = [] { return WallTime(std::chrono::seconds(1'720'064'038)); };
  Engine engine({}, std::move(carrier));
  EXPECT_TRUE(engine.create_database("d").ok());
  return run_script(engine, content_of(folder / (name + ".sql")), "d");
}

/// Statements with their answers.
std::vector<std::string> blocks_of(const std::string& text) {
  std::vector<std::string> blocks;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const auto next = text.find("\n> ", begin);
    blocks.push_back(text.substr(begin, next == std::string::npos ? next : next + 1 - begin));
    begin = next == std::string::npos ? text.size() : next + 1;
  }
  return blocks;
}

void compare_with_recording(const std::string& name) {
  const auto folder = std::filesystem::path(LOGQUAKE_SOURCE_DIR) / "models/database/testdata";
  const auto recorded = blocks_of(content_of(folder / (name + ".answers")));
  const auto answered = blocks_of(answers_to(name));

  ASSERT_EQ(answered.size(), recorded.size());
  for (std::size_t i = 0; i < recorded.size(); ++i) EXPECT_EQ(answered[i], recorded[i]);
}

TEST(Recordings, AutoIncrementCountsAsTheRealServerDoes) {
  compare_with_recording("auto_increment");
}
TEST(Recordings, ValuesAreConvertedAsTheRealServerDoes) { compare_with_recording("conversions"); }
TEST(Recordings, TablesAreDefinedAsTheRealServerDoes) { compare_with_recording("definitions"); }
TEST(Recordings, MistakesAreAnsweredAsTheRealServerDoes) { compare_with_recording("errors"); }
TEST(Recordings, ExpressionsYieldWhatTheRealServerYields) { compare_with_recording("expressions"); }
TEST(Recordings, QueriesAreAnsweredAsTheRealServerDoes) { compare_with_recording("queries"); }
TEST(Recordings, SyntaxErrorsAreWordedAsTheRealServerDoes) { compare_with_recording("syntax"); }
TEST(Recordings, TransactionsBeginAndEndAsTheRealServerDoes) {
  compare_with_recording("transactions");
}

}  // namespace
}  // namespace logquake::database
