// What becomes of the pages that were not yet synced when a machine loses power.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace logquake::sim {

enum class PowerFate : std::uint8_t {
  drawn,   // by keyed values: all kept, a suffix lost, or each page on its own
  kept,    // all of them had been written back in time
  lost,    // all of them, and the changes of names that no journal commit had reached
  torn,    // of each only a first part was written
  suffix,  // those from some page on, whose first part was written
};

inline constexpr std::array power_fates{PowerFate::drawn, PowerFate::kept, PowerFate::lost,
                                        PowerFate::torn, PowerFate::suffix};

constexpr std::string_view name_of(PowerFate fate) {
  switch (fate) {
    case PowerFate::drawn:
      return "drawn";
    case PowerFate::kept:
      return "kept";
    case PowerFate::lost:
      return "lost";
    case PowerFate::torn:
      return "torn";
    case PowerFate::suffix:
      return "suffix";
  }
  return {};
}

}  // namespace logquake::sim
