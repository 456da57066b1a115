// The promised shape of the files in a run directory: what `logquake schema` prints.
#pragma once

#include <span>
#include <string_view>

namespace logquake::report {

/// The version that result.json states; it grows when a field goes or changes its meaning, not when
/// one is added.
inline constexpr int result_schema_version = 1;

/// The names that schema_text() knows: "result", "trace".
std::span<const std::string_view> schema_names();
/// The JSON Schema (draft 2020-12) of that name, or nothing for an unknown one.
std::string_view schema_text(std::string_view name);

}  // namespace logquake::report
