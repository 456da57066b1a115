// How a property shows that it can fail: a wrong rule is planted, a counterexample must be found
// and must shrink to a small one.
#pragma once

#include <rapidcheck.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace logquake::property {

/// What is wrong with a case, or nothing.
template <class Case>
using Judge = std::function<std::optional<std::string>(const Case&)>;

/// The counterexample that a fixed search ends with, or nothing when it finds none.
template <class Case>
std::optional<Case> smallest_counterexample(const rc::Gen<Case>& cases, const Judge<Case>& judge,
                                            int most_cases = 100) {
  std::optional<Case> smallest;
  rc::detail::TestParams params;
  params.seed = 42;
  params.maxSuccess = most_cases;
  const auto result = rc::detail::checkTestable(
      [&] {
        const Case found = *cases;
        if (const auto wrong = judge(found)) {
          smallest = found;  // each one that is accepted is smaller than the one before
          RC_FAIL(*wrong);
        }
      },
      rc::detail::TestMetadata{}, params);
  if (!result.template is<rc::detail::FailureResult>()) return std::nullopt;
  return smallest;
}

}  // namespace logquake::property
