#include "scenarios/engine/failure.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

Failure failure_of(std::string checker, std::string clause, const std::string& message) {
  auto signature = signature_of(message.substr(0, message.find('\n')));
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
      return {failure_of("crash", "", report.stop)};
    case report::Verdict::unknown:
    case report::Verdict::nondeterministic:
      return {failure_of(std::string(name_of(report.verdict)), "", report.stop)};
  }
  std::vector<Failure> failures;
  for (const auto& violation : report.violations) {
    const bool is_told = std::any_of(
        failures.begin(), failures.end(),
        [&violation](const Failure& told) { return told.checker == violation.checker; });
    if (!is_told) {
      failures.push_back(failure_of(violation.checker, violation.clause, violation.message));
    }
  }
  return failures;
}

bool is_failure(report::Verdict verdict) {
  return verdict != report::Verdict::passed && verdict != report::Verdict::unknown;
}

std::string signature_of(std::string_view message) {
  std::string signature;
  for (const char c : message) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit) {
      signature += c;
    } else if (signature.empty() || signature.back() != '#') {
      signature += '#';
    }
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
