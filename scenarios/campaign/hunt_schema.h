// The promised shape of what a hunt leaves behind: what `logquake schema hunt` prints.
#pragma once

#include <string_view>

namespace logquake::scenario {

/// The JSON Schema (draft 2020-12) of "hunt" (hunt.json) or "hunt-log" (each line of hunt.jsonl but
/// the first); nothing for another name.
std::string_view hunt_schema(std::string_view name);

}  // namespace logquake::scenario
