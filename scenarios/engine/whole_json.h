// JSON without fractions, as this project writes it.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

namespace logquake::scenario {

/// Throws std::out_of_range unless each number in `json` is a whole one. nlohmann/json converts
/// 2e+19 to an integer without asking, which C++ leaves undefined.
template <class Json>
void expect_whole_numbers(const Json& json) {
  if (json.is_number_float()) {
    throw std::out_of_range("expected a whole number, found " + json.dump());
  }
  if (!json.is_structured()) return;
  for (const auto& element : json) expect_whole_numbers(element);
}

/// Parses `text`; throws std::exception if it is no JSON, or has a number that is not whole.
template <class Json>
Json parse_whole(std::string_view text) {
  auto json = Json::parse(text);
  expect_whole_numbers(json);
  return json;
}

}  // namespace logquake::scenario
