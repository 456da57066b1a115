// The project's own C++ files, read for judging.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace logquake::source_rules {

struct SourceFile {
  std::string path;  // from the project's root: "sim/node.h"
  std::string text;
};

/// Every .h and .cc of the project under `root`, sorted by path.
std::vector<SourceFile> load_sources(const std::filesystem::path& root);

/// An include line.
struct Include {
  int line = 0;
  bool is_quoted = false;  // "..." rather than <...>
  std::string name;        // sim/node.h
};
std::vector<Include> includes_of(const SourceFile& file);

/// An identifier, a number or one character of punctuation; comments, literals and preprocessor
/// lines are left out.
struct Token {
  int line = 0;
  std::string_view text;
};
/// The tokens point into `file`, which must outlive them.
std::vector<Token> tokens_of(const SourceFile& file);

}  // namespace logquake::source_rules
