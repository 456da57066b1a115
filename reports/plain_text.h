// Text that is safe to show: whatever bytes a model put into a fact, terminals and pages survive
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/time.h"

namespace logquake::report {

/// Valid UTF-8 without control characters: line breaks and tabs become spaces, other control
/// characters and bytes that are no UTF-8 become U+FFFD.
std::string readable(std::string_view text);

/// A drawing: each line readable() by itself, behind `indent`, and with a line break after it.
/// Blanks at the ends of lines go.
std::string readable_lines(std::string_view text, std::string_view indent);

/// readable() with `&`, `<`, `>`, `"` and `'` as HTML entities: fit for text and for quoted
/// attributes.
std::string html_escaped(std::string_view text);

/// At most `columns` characters, the last one "…" where something was cut. Expects readable text.
std::string clipped(std::string_view text, std::size_t columns);

/// Breaks at spaces so that no line has more than `columns` characters (longer words stay whole),
/// and puts `indent` before each line but the first. Expects readable text.
std::string wrapped(std::string_view text, std::size_t columns, std::string_view indent);

/// Characters, not bytes. Expects readable text.
std::size_t length_of(std::string_view text);

/// `text` filled up with spaces to `columns` characters.
std::string padded(std::string_view text, std::size_t columns);

/// "12,345,678".
std::string grouped(std::int64_t number);

/// "1 fault", "3 faults".
std::string counted(std::int64_t number, std::string_view noun);

/// "12.345s": seconds with milliseconds, since the start of the run.
std::string seconds_text(Instant at);

/// "3 min 20 s", "4.2 s", "120 ms": rounded for a person.
std::string rounded_text(Duration duration);

}  // namespace logquake::report
