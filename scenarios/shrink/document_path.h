// Values of a scenario's document by their paths, "workload.0.count": lists count from 0.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/value.h"

namespace logquake::scenario {

/// The value, or null where there is none.
const Value* find_at(const Value& document, std::string_view path);
Value* find_at(Value& document, std::string_view path);
/// Sets the value; false where the table that should hold it is not there.
bool set_at(Value& document, std::string_view path, Value value);
/// Takes the value out, an element of a list so that the later ones move up. A list that loses its
/// last element goes itself. False where there is no such value.
bool remove_at(Value& document, std::string_view path);
/// The paths that a pattern means: "*" stands for each element of a list. The last part need not
/// exist where it is a key, the table that should hold it must.
std::vector<std::string> paths_like(const Value& document, std::string_view pattern);

}  // namespace logquake::scenario
