#include "scenarios/engine/failure.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string first_line_signature(std::string_view message) {
  return signature_of(message.substr(0, message.find('\n')));
}

/// Past a number at `at` and the unit of time behind it, if there is one.
std::size_t after_number(std::string_view message, std::size_t at) {
  constexpr std::array<std::string_view, 6> units{"ms", "us", "ns", "h", "m", "s"};
  while (at < message.size() &&
         (is_digit(message[at]) ||
          (message[at] == '.' && at + 1 < message.size() && is_digit(message[at + 1])))) {
    ++at;
  }
  for (const auto unit : units) {
    const auto end = at + unit.size();
    const bool ends = end >= message.size() ||
                      std::string_view(" ,:;)").find(message[end]) != std::string_view::npos;
    if (message.substr(at).starts_with(unit) && ends) return end;
  }
  return at;
}

/// Past a number as zxids and session ids are written.
std::size_t after_hex(std::string_view message, std::size_t at) {
  return std::min(message.find_first_not_of("0123456789abcdef", at + 2), message.size());
}

Failure named(std::string checker, std::string clause, const std::string& message) {
  auto signature = first_line_signature(message);
  if (!clause.empty()) signature = format("{}: {}", clause, signature);
  return {std::move(checker), std::move(clause), std::move(signature), message};
}

}  // namespace

std::vector<Failure> failures_of(const report::RunReport& report) {
  switch (report.verdict) {
    case report::Verdict::passed:
      return {};
    case report::Verdict::violated:
      break;
    case report::Verdict::crashed:
      return {named("crash", "", report.stop)};
    case report::Verdict::unknown:
    case report::Verdict::nondeterministic:
      return {named(std::string(name_of(report.verdict)), "", report.stop)};
  }
  std::vector<Failure> failures;
  for (const auto& violation : report.violations) {
    const bool is_told = std::any_of(
        failures.begin(), failures.end(),
        [&violation](const Failure& told) { return told.checker == violation.checker; });
    if (!is_told) {
      failures.push_back(named(violation.checker, violation.clause, violation.message));
    }
  }
  return failures;
}

bool is_failure(report::Verdict verdict) {
  return verdict != report::Verdict::passed && verdict != report::Verdict::unknown;
}

std::optional<Failure> failure_of(const report::RunReport& report) {
  const bool counts =
      report.verdict == report::Verdict::violated || report.verdict == report::Verdict::crashed;
  auto failures = counts ? failures_of(report) : std::vector<Failure>{};
  if (failures.empty()) return std::nullopt;
  return std::move(failures.front());
}

std::optional<Failure> failure_alike(const report::RunReport& report, const Failure& failure) {
  const auto is_alike = [&failure](const Failure& other) {
    if (other.checker != failure.checker || other.clause != failure.clause) return false;
    // Everything that a scenario awaits breaks one of few clauses.
    const bool is_told_by_clause = !failure.clause.empty() && failure.checker != liveness_checker;
    return is_told_by_clause || other.signature == failure.signature;
  };
  if (report.verdict == report::Verdict::crashed) {
    auto crash = named("crash", "", report.stop);
    return is_alike(crash) ? std::optional(std::move(crash)) : std::nullopt;
  }
  if (report.verdict != report::Verdict::violated) return std::nullopt;
  for (const auto& violation : report.violations) {
    auto own = named(violation.checker, violation.clause, violation.message);
    if (is_alike(own)) return own;
  }
  return std::nullopt;
}

bool fails_alike(const report::RunReport& report, const Failure& failure) {
  return failure_alike(report, failure).has_value();
}

std::string name_of(const Failure& failure) {
  if (failure.clause.empty()) return failure.checker;
  return format("{} ({})", failure.clause, failure.checker);
}

std::string signature_of(std::string_view message) {
  std::string signature;
  for (std::size_t at = 0; at < message.size();) {
    if (!is_digit(message[at])) {
      signature += message[at++];
      continue;
    }
    at = message.substr(at).starts_with("0x") ? after_hex(message, at) : after_number(message, at);
    signature += '#';
  }
  return signature;
}

int exit_code_of(report::Verdict verdict) {
  switch (verdict) {
    case report::Verdict::passed:
      return 0;
    case report::Verdict::violated:
    case report::Verdict::crashed:
      return 1;
    case report::Verdict::unknown:
      return 2;
    case report::Verdict::nondeterministic:
      return 3;
  }
  return 125;
}

}  // namespace logquake::scenario
