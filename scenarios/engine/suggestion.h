// "Did you mean ...?": the known name nearest to a misspelt one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace logquake::scenario {

/// The number of characters to insert, delete, replace or swap with their neighbour (optimal string
/// alignment).
std::size_t edit_distance(std::string_view left, std::string_view right);

/// The known name nearest to `name`, the first of equals; nothing where none is near enough to be
/// meant (more than a third of its characters differ) and none begins with it.
std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& known);

/// `; did you mean "length"?`, or `; expected one of "a", "b"` where nothing is near (nothing of
/// more than `most_listed` names), or an empty text.
std::string suggestion(std::string_view name, const std::vector<std::string>& known,
                       std::size_t most_listed = 24);

/// `"a", "b", "c"`.
std::string quoted_list(const std::vector<std::string>& names);

}  // namespace logquake::scenario
