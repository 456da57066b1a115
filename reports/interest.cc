#include "reports/interest.h"

#include <algorithm>

namespace logquake::report {
namespace {

bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

// Calls `use` for each word; ends when `use` returns true, and says whether it did.
template <class Use>
bool any_word(std::string_view text, Use use) {
  for (std::size_t at = 0; at < text.size();) {
    if (!is_of_name(text[at])) {
      ++at;
      continue;
    }
    const auto begin = at;
    while (at < text.size() && is_of_name(text[at])) ++at;
    if (use(text.substr(begin, at - begin))) return true;
  }
  return false;
}

// "orders-0" and "my_topic_users", not "partition" or "30s".
bool is_a_name(std::string_view word) {
  const bool has_letter =
      std::any_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return has_letter && word.size() >= 4 && word.find_first_of("-_") != std::string_view::npos;
}

}  // namespace

Interest::Interest(const RunReport& report) {
  for (const auto& fault : report.faults) {
    // Only what follows the kind of the fact: "on the 3rd broker.isr-shrank of partition=orders-0".
    const auto of = fault.when.find(" of ");
    if (of != std::string::npos) gather(std::string_view(fault.when).substr(of));
  }
  for (const auto& violation : report.violations) gather(violation.message);
  forget_nodes(report);
}

Interest::Interest(const RunReport& report, const Violation& violation) {
  gather(violation.message);
  forget_nodes(report);
  if (is_empty()) *this = Interest(report);
}

void Interest::gather(std::string_view text) {
  any_word(text, [this](std::string_view word) {
    if (is_a_name(word)) names_.emplace(word);
    return false;
  });
}

void Interest::forget_nodes(const RunReport& report) {
  for (const auto& node : report.nodes) names_.erase(node.name);
}

bool Interest::is_in(std::string_view text) const {
  return !names_.empty() &&
         any_word(text, [this](std::string_view word) { return names_.count(word) > 0; });
}

}  // namespace logquake::report
