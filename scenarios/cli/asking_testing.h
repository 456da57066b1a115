// For tests of commands: a folder of one's own, and the answers to command lines.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/cli/command_line.h"
#include "scenarios/engine/trial_kit.h"
#include "scenarios/gossip/gossip_kit.h"

namespace logquake::scenario::testing {

struct Answer {
  int code;
  std::string out;
  std::string err;
};

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Each test has an empty folder to work in, the gossip and the trial kit, and the library.
class Asking : public ::testing::Test {
 protected:
  Asking() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(::testing::TempDir()) /
              (std::string("asking-") + test->test_suite_name() + "-" + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    std::filesystem::current_path(folder_);
    catalog_.add(gossip_kit()).add(trial_kit());
    catalog_.add_library(LOGQUAKE_SOURCE_DIR "/scenarios/library");
  }

  Answer ask(std::vector<std::string> words) {
    words.insert(words.begin(), "logquake");
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = run_command_line(static_cast<int>(words.size()), argv.data(), catalog_);
    auto out = ::testing::internal::GetCapturedStdout();
    auto err = ::testing::internal::GetCapturedStderr();
    return {code, std::move(out), std::move(err)};
  }

  void write(const std::string& name, std::string_view text) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  std::filesystem::path folder_;
  Catalog catalog_;
};

}  // namespace logquake::scenario::testing
