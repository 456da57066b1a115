// The promised shape of what replay --around, diff and regressions print with --format json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace logquake::scenario {

/// "around", "diff", "regressions".
std::vector<std::string> run_schema_names();
/// The JSON Schema (draft 2020-12) of that name, or nothing for an unknown one.
std::string_view run_schema(std::string_view name);

}  // namespace logquake::scenario
