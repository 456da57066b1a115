// For tests of kits: the kinds of facts that source files declare.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace logquake::scenario {

/// The kinds declared in the files, and in the headers at and below the folders, of the source
/// tree; sorted.
inline std::vector<std::string> declared_fact_kinds(const std::vector<std::string>& paths) {
  std::set<std::string> kinds;
  const auto read = [&kinds](const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::regex declaration("std::string_view kind = \"([^\"]*)\"");
    for (std::sregex_iterator found(text.begin(), text.end(), declaration), end; found != end;
         ++found) {
      kinds.insert((*found)[1]);
    }
  };
  for (const auto& path : paths) {
    const auto full = std::filesystem::path(LOGQUAKE_SOURCE_DIR) / path;
    if (!std::filesystem::is_directory(full)) {
      read(full);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(full)) {
      if (entry.path().extension() == ".h") read(entry.path());
    }
  }
  return {kinds.begin(), kinds.end()};
}

}  // namespace logquake::scenario
