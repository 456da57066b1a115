// Sizes, include guards, notes; and the catalogues of what campaigns can switch and reach.
#include <algorithm>
#include <array>
#include <set>

#include "sim/base/format.h"
#include "source_rules/rules.h"

namespace logquake::source_rules {
namespace {

constexpr std::ptrdiff_t line_limit = 600;  // chosen: what fits the eye gets reviewed

constexpr std::array<std::string_view, 4> catalogued{"Defect", "Probe", "YieldSite", "BuggifySite"};

bool is_catalogued(std::string_view word) {
  return std::find(catalogued.begin(), catalogued.end(), word) != catalogued.end();
}

// The names between the braces of every `std::array<Defect, N> name{...}` or `std::array name{...}`
// of a file.
std::set<std::string_view> listed_in(const std::vector<Token>& tokens) {
  std::set<std::string_view> names;
  for (std::size_t at = 0; at + 1 < tokens.size(); ++at) {
    if (tokens[at].text != "array") continue;
    while (at < tokens.size() && tokens[at].text != "{" && tokens[at].text != ";") ++at;
    for (int depth = 0; at < tokens.size(); ++at) {
      if (tokens[at].text == "{") ++depth;
      if (tokens[at].text == "}" && --depth == 0) break;
      names.insert(tokens[at].text);
    }
  }
  return names;
}

}  // namespace

Problems check_shape(const Sources& files) {
  Problems problems;
  for (const auto& file : files) {
    const auto lines = std::count(file.text.begin(), file.text.end(), '\n');
    if (lines > line_limit) {
      problems.push_back(
          {file.path, static_cast<int>(lines),
           format("has {} lines, {} at most: which noun is hiding?", lines, line_limit)});
    }
    if (file.path.ends_with(".h") && file.text.find("#pragma once\n") == std::string::npos) {
      problems.push_back({file.path, 1, "has no #pragma once"});
    }
    if (file.path.starts_with("source_rules/")) continue;  // speaks of such notes
    for (const std::string_view note : {"TODO", "FIXME", "XXX"}) {
      const auto at = file.text.find(note);
      if (at == std::string::npos) continue;
      const auto line = 1 + std::count(file.text.begin(),
                                       file.text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
      if (!std::string_view(file.text).substr(at + note.size()).starts_with("(#")) {
        problems.push_back(
            {file.path, static_cast<int>(line), format("{} without the number of an issue", note)});
      }
    }
  }
  return problems;
}

Problems check_catalogues(const Sources& files) {
  Problems problems;
  for (const auto& file : files) {
    if (!file.path.starts_with("models/") && !file.path.starts_with("sim/") &&
        !file.path.starts_with("scenarios/"))
      continue;
    if (file.path.ends_with("_test.cc") || file.path.find("/trial_") != std::string::npos) continue;
    const auto tokens = tokens_of(file);
    const auto listed = listed_in(tokens);
    for (std::size_t at = 0; at + 2 < tokens.size(); ++at) {
      if (tokens[at].text != "constexpr") continue;
      auto type = at + 1;
      while (type + 3 < tokens.size() && tokens[type + 1].text == ":") type += 3;  // sim::Defect
      if (!is_catalogued(tokens[type].text) || type + 1 >= tokens.size()) continue;
      const auto name = tokens[type + 1].text;
      if (!file.path.ends_with("defects.h") && !file.path.ends_with("probes.h")) {
        problems.push_back({file.path, tokens[at].line,
                            format("{} {} belongs into its folder's defects.h or probes.h",
                                   tokens[type].text, name)});
      } else if (tokens[type].text != "YieldSite" && listed.count(name) == 0) {
        problems.push_back({file.path, tokens[at].line,
                            format("{} {} is not in its catalogue", tokens[type].text, name)});
      }
    }
  }
  return problems;
}

}  // namespace logquake::source_rules
