// The same seed twice must be the same run.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "sim/simulation.h"

namespace logquake::sim::testing {

struct RunDigest {
  std::uint64_t fingerprint = 0;
  std::int64_t events = 0;
  bool operator==(const RunDigest&) const = default;
};

/// Builds a world with `build`, runs it for `length`, and tells what came out.
inline RunDigest digest_of(const Options& options, const std::function<void(Simulation&)>& build,
                           Duration length) {
  Simulation simulation(options);
  build(simulation);
  const Stop stop = simulation.run_for(length);
  EXPECT_FALSE(stop.is_crash() && stop.reason != Stop::Reason::deadlock) << stop.message;
  return {simulation.trace().fingerprint(), simulation.trace().events()};
}

}  // namespace logquake::sim::testing
