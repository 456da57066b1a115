// What scenarios of every model have: a length, a network, a schedule.
#pragma once

#include <rapidcheck.h>

#include <string>

#include "scenarios/engine/value.h"
#include "sim/base/time.h"

namespace logquake::property {

/// name, about, length, settle and, each in some, [network], strategy and [faults] buggify. Inside
/// rc::gen::exec.
struct CommonKeys {
  std::string name;
  std::string about;
  Duration most_length{};
  Duration settle{};
};
scenario::Value drawn_common_keys(const CommonKeys& keys);

/// A whole number of `unit`s, from 1 to `most` of them; inside rc::gen::exec.
Duration drawn_duration(Duration unit, std::int64_t most);
/// True with a chance of 1 in `in`; inside rc::gen::exec.
bool drawn_chance(int in);

}  // namespace logquake::property
