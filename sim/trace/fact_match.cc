#include "sim/trace/fact_match.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::sim {

bool FactMatch::matches(const TraceEvent& event) const {
  return kind == event.kind() &&
         std::all_of(where.begin(), where.end(), [&event](const auto& wanted) {
           return field_text(event.fields(), wanted.first) == wanted.second;
         });
}

std::string to_string(const FactMatch& match) {
  std::string text = match.kind;
  for (auto at = match.where.begin(); at != match.where.end(); ++at) {
    text += format("{}{}={}", at == match.where.begin() ? " of " : ", ", at->first, at->second);
  }
  return text;
}

}  // namespace logquake::sim
