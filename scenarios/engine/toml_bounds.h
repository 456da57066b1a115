// Refuses what no scenario needs and a parser may die of, before any parser sees it: toml++
// recurses once per bracket and per dotted key and overflows the stack on 200,000 of them.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "scenarios/engine/problems.h"

namespace logquake::scenario {

struct TomlBounds {
  std::size_t bytes =
      1024 * 1024;     // chosen: the largest scenario of the library is some ten kilobytes
  int nesting = 32;    // chosen: brackets within brackets; scenarios use four
  int key_parts = 16;  // chosen: `a.b.c`; scenarios use three
};

/// The first thing that is no text (NUL, not UTF-8, control characters) or beyond the bounds, with
/// its place; nothing where the text may be parsed.
std::optional<Problem> beyond_bounds(std::string_view text, const std::string& file,
                                     const TomlBounds& bounds = {});

}  // namespace logquake::scenario
