// A scenario file as a tree of values. The one door to toml++.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/engine/problems.h"
#include "scenarios/engine/value.h"

namespace logquake::scenario {

/// Reads TOML text. Where it is none, or beyond toml_bounds.h, `problems` says where and why.
/// Source: TOML 1.0.0.
std::optional<Value> parse_document(std::string_view text, Problems& problems);

/// The text of a regular file of at most a megabyte; directories, devices and pipes are refused.
std::optional<std::string> read_text_file(const std::string& path, Problems& problems);

/// Both in one.
std::optional<Value> read_document(const std::string& path, Problems& problems);

}  // namespace logquake::scenario
