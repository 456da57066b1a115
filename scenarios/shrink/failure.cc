#include "scenarios/shrink/failure.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The first line without its numbers; "45s" and "1500ms" are both one.
std::string signature_of(std::string_view message) {
  constexpr std::array<std::string_view, 6> units{"ms", "us", "ns", "h", "m", "s"};
  message = message.substr(0, message.find('\n'));
  std::string signature;
  for (std::size_t at = 0; at < message.size();) {
    if (!is_digit(message[at])) {
      signature += message[at++];
      continue;
    }
    while (at < message.size() &&
           (is_digit(message[at]) ||
            (message[at] == '.' && at + 1 < message.size() && is_digit(message[at + 1])))) {
      ++at;
    }
    for (const auto unit : units) {
      const auto after = at + unit.size();
      const bool ends = after >= message.size() ||
                        std::string_view(" ,:;)").find(message[after]) != std::string_view::npos;
      if (!message.substr(at).starts_with(unit) || !ends) continue;
      at = after;
      break;
    }
    signature += '#';
  }
  return signature;
}

}  // namespace

std::optional<Failure> failure_of(const report::RunReport& report) {
  if (report.verdict == report::Verdict::crashed)
    return Failure{report.verdict, "crash", "", signature_of(report.stop), report.stop};
  if (report.verdict != report::Verdict::violated || report.violations.empty()) return std::nullopt;
  const auto& first = report.violations.front();
  return Failure{report.verdict, first.checker, first.clause, signature_of(first.message),
                 first.message};
}

bool fails_alike(const report::RunReport& report, const Failure& failure) {
  if (report.verdict != failure.verdict) return false;
  if (report.verdict == report::Verdict::crashed)
    return signature_of(report.stop) == failure.signature;
  return std::any_of(
      report.violations.begin(), report.violations.end(), [&failure](const auto& violation) {
        if (violation.checker != failure.checker || violation.clause != failure.clause)
          return false;
        return !failure.clause.empty() || signature_of(violation.message) == failure.signature;
      });
}

std::string name_of(const Failure& failure) {
  if (failure.clause.empty()) return failure.checker;
  return format("{} ({})", failure.clause, failure.checker);
}

}  // namespace logquake::scenario
