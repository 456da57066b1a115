#include "scenarios/engine/problems.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::scenario {

namespace {

constexpr std::size_t longest_message = 2000;  // chosen: a paragraph; some lists are long

/// A problem is told in one line, however long and many the lines that it quotes are.
std::string one_line(const std::string& message) {
  std::string line;
  for (std::size_t at = 0; at < message.size(); ++at) {
    if (line.size() >= longest_message) {
      while (!line.empty() && (static_cast<unsigned char>(message[at]) & 0xC0U) == 0x80U) {
        --at;  // not within a character
        line.pop_back();
      }
      return line + "…";
    }
    if (message[at] != '\n' && message[at] != '\r') {
      line += message[at];
      continue;
    }
    while (at + 1 < message.size() && (message[at + 1] == ' ' || message[at + 1] == '\n')) ++at;
    line += ' ';
  }
  return line;
}

}  // namespace

std::string to_string(const Problem& problem) {
  if (problem.place.line == 0) return format("{}: {}", problem.file, problem.message);
  return format("{}:{}:{}: {}", problem.file, problem.place.line, problem.place.column,
                problem.message);
}

void Problems::add(Place place, const std::string& message) {
  if (problems_.size() == most) {
    ++left_out_;
  } else {
    problems_.push_back({file_, place, one_line(message)});
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
