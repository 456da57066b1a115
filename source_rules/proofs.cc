// A defect in a catalogue is a claim that something catches it: some test must make good on it.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "sim/base/format.h"
#include "source_rules/rules.h"

namespace logquake::source_rules {
namespace {

struct DefectFound {
  std::string path;
  int line = 0;
  std::string constant;  // skip_truncation
  std::string name;      // "replica.skip-truncation", with its quotation marks
};

int line_at(std::string_view text, std::size_t at) {
  return static_cast<int>(
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

// Every `sim::Defect constant{.name = "name", ...}` of a defects.h.
std::vector<DefectFound> defects_of(const SourceFile& file) {
  constexpr std::string_view head = "sim::Defect ";
  const std::string_view text = file.text;
  std::vector<DefectFound> found;
  for (auto at = text.find(head); at != text.npos; at = text.find(head, at + 1)) {
    const auto begin = at + head.size();
    const auto brace = text.find('{', begin);
    const auto open = text.find('"', begin);
    if (brace == text.npos || open == text.npos || open < brace) continue;
    const auto close = text.find('"', open + 1);
    found.push_back({file.path, line_at(text, at), std::string(text.substr(begin, brace - begin)),
                     std::string(text.substr(open, close + 1 - open))});
  }
  return found;
}

}  // namespace

Problems check_defects_are_proved(const Sources& files) {
  std::set<std::string_view> words;  // of all tests, comments and literals left out
  std::vector<std::string_view> tests;
  for (const auto& file : files) {
    if (!file.path.ends_with("_test.cc")) continue;
    tests.push_back(file.text);
    for (const auto& token : tokens_of(file)) words.insert(token.text);
  }
  const auto is_named = [&](const DefectFound& defect) {
    return words.contains(defect.constant) ||
           std::any_of(tests.begin(), tests.end(),
                       [&](std::string_view test) { return test.find(defect.name) != test.npos; });
  };
  Problems problems;
  for (const auto& file : files) {
    if (!file.path.ends_with("defects.h")) continue;
    for (const auto& defect : defects_of(file)) {
      if (!is_named(defect)) {
        problems.push_back({defect.path, defect.line,
                            format("{} is named by no test: which checker catches it, and which "
                                   "test shows it?",
                                   defect.name)});
      }
    }
  }
  return problems;
}

}  // namespace logquake::source_rules
