// A campaign's share: seed k belongs to shard k mod n, whoever runs it and wherever.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/result.h"

namespace logquake::scenario {

struct Shard {
  std::uint64_t index = 0;  // counts from 0
  std::uint64_t count = 1;
  bool owns(std::uint64_t seed) const { return seed % count == index; }
  /// The first of its seeds from `from` on; nothing where there is none below 2^64.
  std::optional<std::uint64_t> first_seed(std::uint64_t from) const;
  bool operator==(const Shard&) const = default;
};
/// "2/7".
std::string to_string(const Shard& shard);
/// Errors: invalid_argument.
Result<Shard> parse_shard(std::string_view text);

/// A shard and who named it: "--shard", "SLURM_ARRAY_TASK_ID"; nobody for the whole campaign.
struct ChosenShard {
  Shard shard;
  std::string source;
};
/// The value of an environment variable; nothing where it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The shard to hunt: `flag` if it is not empty, else what the environment says:
///
/// - LOGQUAKE_SHARD_INDEX and LOGQUAKE_SHARD_COUNT,
/// - GoogleTest's GTEST_SHARD_INDEX and GTEST_TOTAL_SHARDS,
/// - Slurm's SLURM_ARRAY_TASK_ID, _MIN, _MAX and _COUNT, for arrays of step 1,
/// - Kubernetes' JOB_COMPLETION_INDEX with LOGQUAKE_SHARD_COUNT.
///
/// Errors: invalid_argument: no numbers, an index beyond the count, half of a pair, or two sources
/// that disagree. An empty variable counts as not set.
Result<ChosenShard> choose_shard(const std::string& flag, const Environment& environment);

}  // namespace logquake::scenario
