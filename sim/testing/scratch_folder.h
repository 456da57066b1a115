// A folder for what a test writes.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace logquake::sim::testing {

/// An empty folder that no other process has: tests of several checkouts and users run side by
/// side. It is removed with the object, but for one whose test has failed, and never by a child.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::string& name) : owner_(::getpid()) {
    // mkdtemp() wants six of them.
    auto path = ::testing::TempDir() + "logquake-" + name + "-" + std::string(6, 'X');
    if (::mkdtemp(path.data()) == nullptr)
      throw std::system_error(errno, std::generic_category(), path);
    path_ = path;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    if (::getpid() != owner_ || ::testing::Test::HasFailure()) return;
    std::error_code ignored;
    // A test that works in it would leave its process nowhere.
    std::filesystem::current_path(std::filesystem::temp_directory_path(ignored), ignored);
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  ::pid_t owner_;
  std::filesystem::path path_;
};

}  // namespace logquake::sim::testing
