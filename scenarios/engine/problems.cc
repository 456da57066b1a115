#include "scenarios/engine/problems.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::scenario {

std::string to_string(const Problem& problem) {
  if (problem.place.line == 0) return format("{}: {}", problem.file, problem.message);
  return format("{}:{}:{}: {}", problem.file, problem.place.line, problem.place.column,
                problem.message);
}

void Problems::add(Place place, std::string message) {
  if (problems_.size() == most) {
    ++left_out_;
  } else {
    problems_.push_back({file_, place, std::move(message)});
  }
}

std::vector<Problem> Problems::sorted() const {
  auto sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& left, const Problem& right) {
    return left.place < right.place;
  });
  return sorted;
}

std::string Problems::to_text() const {
  std::string text;
  for (const auto& problem : sorted()) text += to_string(problem) + "\n";
  if (left_out_ > 0) text += format("{}: and {} more problems\n", file_, left_out_);
  return text;
}

}  // namespace logquake::scenario
