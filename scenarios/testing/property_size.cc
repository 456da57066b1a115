#include "scenarios/testing/property_size.h"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

constexpr std::int64_t usual_cases = 100;  // RapidCheck's own default
constexpr std::int64_t most = 1'000'000;

std::int64_t number_in(std::string_view variable, std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && stop == end && number >= 1 && number <= most) return number;
  std::fputs(
      format("{}: expected a whole number from 1 to {}, found \"{}\"\n", variable, most, text)
          .c_str(),
      stderr);
  std::exit(4);
}

}  // namespace

void apply_property_size() {
  const char* size = std::getenv("LOGQUAKE_PROPERTY_SIZE");
  if (size == nullptr || *size == '\0') return;
  const char* given = std::getenv("RC_PARAMS");
  std::string parameters = given == nullptr ? "" : given;
  std::int64_t cases = usual_cases;
  // RapidCheck takes the last of several values.
  constexpr std::string_view key = "max_success=";
  if (const auto at = parameters.rfind(key); at != std::string::npos) {
    const auto begin = at + key.size();
    cases =
        number_in("RC_PARAMS max_success",
                  std::string_view(parameters).substr(begin, parameters.find(' ', begin) - begin));
  }
  cases *= number_in("LOGQUAKE_PROPERTY_SIZE", size);
  if (cases > most) cases = most;
  parameters += format("{}{}{}", parameters.empty() ? "" : " ", key, cases);
  ::setenv("RC_PARAMS", parameters.c_str(), 1);
}

}  // namespace logquake::scenario
