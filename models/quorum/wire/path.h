// Paths of znodes. Source: Z-DM-2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace logquake::zookeeper {

/// Everything before the last slash; empty for nodes below the root (the empty path means the
/// root). The path holds at least one slash.
std::string_view parent_of(std::string_view path);
/// What follows the last slash.
std::string_view last_name_of(std::string_view path);

/// Whether the whole path keeps every rule: slashes, no empty, "." or ".." component, no forbidden
/// character. setData, setACL and check ask it first, create for the final name.
bool is_valid_path(std::string_view path);
/// What create and delete ask first: a slash somewhere and no NUL.
bool is_path_like(std::string_view path);
/// "/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config": never deleted. Source: Z-DM-12.
bool is_built_in(std::string_view path);

/// `path` with the ten digits of a sequential create. Source: Z-DM-9.
std::string with_sequence(std::string_view path, std::int32_t counter);

}  // namespace logquake::zookeeper
