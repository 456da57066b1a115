#include "scenarios/engine/suggestion.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {
// Names longer than this are compared by their beginnings only: the table below is quadratic.
constexpr std::size_t longest_compared = 128;
}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
  const auto width = right.size() + 1;
  std::vector<std::size_t> before_last(width);
  std::vector<std::size_t> last(width);
  std::vector<std::size_t> row(width);
  for (std::size_t column = 0; column < width; ++column) last[column] = column;
  for (std::size_t at = 1; at <= left.size(); ++at) {
    row[0] = at;
    for (std::size_t column = 1; column < width; ++column) {
      const std::size_t replaced = left[at - 1] == right[column - 1] ? 0 : 1;
      row[column] = std::min({last[column] + 1, row[column - 1] + 1, last[column - 1] + replaced});
      if (at > 1 && column > 1 && left[at - 1] == right[column - 2] &&
          left[at - 2] == right[column - 1]) {
        row[column] = std::min(row[column], before_last[column - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[width - 1];
}

std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& known) {
  const auto wanted = name.substr(0, longest_compared);
  std::optional<std::string> best;
  std::size_t best_distance = 0;
  for (const auto& candidate : known) {
    const auto compared = std::string_view(candidate).substr(0, longest_compared);
    const auto distance = edit_distance(wanted, compared);
    const auto allowed = std::max<std::size_t>(1, std::max(wanted.size(), compared.size()) / 3);
    const bool completes = wanted.size() >= 3 && compared.starts_with(wanted);
    if (distance > allowed && !completes) continue;
    if (!best || distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += format("{}\"{}\"", text.empty() ? "" : ", ", name);
  return text;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known,
                       std::size_t most_listed) {
  if (const auto near = nearest(name, known)) return format("; did you mean \"{}\"?", *near);
  if (known.empty() || known.size() > most_listed) return {};
  return format("; expected {}{}", known.size() == 1 ? "" : "one of ", quoted_list(known));
}

}  // namespace logquake::scenario
