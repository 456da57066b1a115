// Pages quote code; a quotation must stand in the file that it names.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "source_rules/rules.h"

namespace logquake::source_rules {

/// The text of a file by its path from the project's root, or nothing.
using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;

/// Every block of `page` that opens with "```cpp file=PATH" stands in PATH to the letter.
Problems check_quotes(const SourceFile& page, const ReadFile& read);

}  // namespace logquake::source_rules
