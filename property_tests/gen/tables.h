// Shorthand for the documents that generators write.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/engine/value.h"
#include "sim/base/time.h"

namespace logquake::property {

using scenario::Value;

inline Value text(std::string value) { return Value::of_text(std::move(value)); }
inline Value number(std::int64_t value) { return Value::of_integer(value); }
inline Value duration(Duration value) { return Value::of_text(to_text(value)); }

inline Value table(std::initializer_list<std::pair<const char*, Value>> entries) {
  Value table;
  for (const auto& [key, value] : entries) table.set(key, value);
  return table;
}

}  // namespace logquake::property
