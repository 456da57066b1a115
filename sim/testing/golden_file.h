// Golden files: a test's whole output, kept beside it, where a reviewer reads it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace logquake::sim::testing {

/// Expects that the file `path` holds exactly `actual`. With LOGQUAKE_REWRITE=1 in the environment
/// the file is written instead; commit the difference only if you can explain each line of it.
inline void expect_golden(const std::string& path, const std::string& actual) {
  if (std::getenv("LOGQUAKE_REWRITE") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  std::ostringstream expected;
  expected << in.rdbuf();
  EXPECT_EQ(actual, expected.str())
      << "golden file: " << path << " (LOGQUAKE_REWRITE=1 rewrites it)";
}

}  // namespace logquake::sim::testing
