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
#include "sim/testing/scratch_folder.h"

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

/// The gossip kit and the library.
inline Catalog gossip_catalog() {
  Catalog catalog;
  catalog.add(gossip_kit()).add_library(LOGQUAKE_SOURCE_DIR "/scenarios/library");
  return catalog;
}
/// The trial kit too.
inline Catalog whole_catalog() {
  auto catalog = gossip_catalog();
  catalog.add(trial_kit());
  return catalog;
}

/// Each test has an empty folder to work in.
class Asking : public ::testing::Test {
 protected:
  explicit Asking(Catalog catalog = whole_catalog()) : catalog_(std::move(catalog)) {
    std::filesystem::current_path(folder_);
  }

  /// The exit code; what is printed goes where it goes.
  int call(std::vector<std::string> words) {
    words.insert(words.begin(), "logquake");
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    return run_command_line(static_cast<int>(words.size()), argv.data(), catalog_);
  }
  Answer ask(std::vector<std::string> words) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = call(std::move(words));
    auto out = ::testing::internal::GetCapturedStdout();
    auto err = ::testing::internal::GetCapturedStderr();
    return {code, std::move(out), std::move(err)};
  }

  void write(const std::string& name, std::string_view text) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  const sim::testing::ScratchFolder scratch_{"asking"};
  const std::filesystem::path& folder_ = scratch_.path();
  Catalog catalog_;
};

}  // namespace logquake::scenario::testing
