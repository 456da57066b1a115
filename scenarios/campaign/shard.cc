#include "scenarios/campaign/shard.h"

#include <charconv>
#include <vector>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

// Chosen: more machines than anybody has; keeps a slip of the pen from hunting nothing.
constexpr std::uint64_t most_shards = 1'000'000;

Error bad(std::string why) { return {ErrorCode::invalid_argument, std::move(why)}; }

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto* last = text.data() + text.size();
  const auto [end, trouble] = std::from_chars(text.data(), last, value);
  if (trouble != std::errc{} || end != last || text.empty()) return std::nullopt;
  return value;
}

/// Reads variables as numbers, and keeps the first thing that is wrong.
class Variables {
 public:
  explicit Variables(const Environment& environment) : environment_(environment) {}

  bool has(const std::string& name) const { return text(name).has_value(); }
  std::optional<std::uint64_t> number(const std::string& name) {
    const auto found = text(name);
    if (!found) return std::nullopt;
    const auto value = number_in(*found);
    if (!value) fail(format("{}: expected a whole number, found \"{}\"", name, *found));
    return value;
  }
  void fail(std::string why) {
    if (trouble_.empty()) trouble_ = std::move(why);
  }
  const std::string& trouble() const { return trouble_; }

 private:
  std::optional<std::string> text(const std::string& name) const {
    auto found = environment_(name);
    if (found && found->empty()) found.reset();
    return found;
  }
  const Environment& environment_;
  std::string trouble_;
};

std::string trouble_of(const Shard& shard) {
  if (shard.count < 1 || shard.count > most_shards) {
    return format("expected 1 to {} shards, found {}", most_shards, shard.count);
  }
  if (shard.index >= shard.count) {
    return format("expected an index from 0 to {}, found {}: shards count from 0", shard.count - 1,
                  shard.index);
  }
  return {};
}

using Candidates = std::vector<ChosenShard>;

/// A pair of variables, both or neither.
void add_pair(Variables& variables, const std::string& index_name, const std::string& count_name,
              Candidates& found) {
  if (!variables.has(index_name) && !variables.has(count_name)) return;
  const auto index = variables.number(index_name);
  const auto count = variables.number(count_name);
  if (!index || !count) {
    const auto& missing = index ? count_name : index_name;
    return variables.fail(format("{} is set, but {} is not: both are needed, or --shard",
                                 index ? index_name : count_name, missing));
  }
  const Shard shard{*index, *count};
  if (const auto trouble = trouble_of(shard); !trouble.empty()) {
    return variables.fail(format("{} and {}: {}", index_name, count_name, trouble));
  }
  found.push_back({shard, index_name});
}

void add_slurm(Variables& variables, Candidates& found) {
  if (!variables.has("SLURM_ARRAY_TASK_ID")) return;
  const auto id = variables.number("SLURM_ARRAY_TASK_ID");
  const auto least = variables.number("SLURM_ARRAY_TASK_MIN");
  const auto count = variables.number("SLURM_ARRAY_TASK_COUNT");
  if (!id || !least || !count) {
    return variables.fail(
        "SLURM_ARRAY_TASK_ID is set, but SLURM_ARRAY_TASK_MIN or SLURM_ARRAY_TASK_COUNT is not: "
        "name the shard with --shard");
  }
  const auto most = variables.number("SLURM_ARRAY_TASK_MAX");
  if (*id < *least || (most && (*most < *least || *most - *least + 1 != *count))) {
    return variables.fail(
        format("SLURM_ARRAY_TASK_MIN {}, _MAX {}, _COUNT {}, _ID {}: expected an array of step 1, "
               "such as --array=0-6",
               *least, most.value_or(0), *count, *id));
  }
  const Shard shard{*id - *least, *count};
  if (const auto trouble = trouble_of(shard); !trouble.empty()) {
    return variables.fail(format("SLURM_ARRAY_TASK_ID: {}", trouble));
  }
  found.push_back({shard, "SLURM_ARRAY_TASK_ID"});
}

void add_own(Variables& variables, Candidates& found) {
  const bool completes = variables.has("JOB_COMPLETION_INDEX");
  if (variables.has("LOGQUAKE_SHARD_INDEX") || !completes) {
    add_pair(variables, "LOGQUAKE_SHARD_INDEX", "LOGQUAKE_SHARD_COUNT", found);
  }
  if (!completes) return;
  if (!variables.has("LOGQUAKE_SHARD_COUNT")) {
    // Not knowing of how many, each pod would hunt all of it.
    return variables.fail(
        "JOB_COMPLETION_INDEX is set, but LOGQUAKE_SHARD_COUNT is not: set it to the job's "
        "completions, or say --shard 0/1");
  }
  add_pair(variables, "JOB_COMPLETION_INDEX", "LOGQUAKE_SHARD_COUNT", found);
}

}  // namespace

std::optional<std::uint64_t> Shard::first_seed(std::uint64_t from) const {
  const auto ahead = (index + count - from % count) % count;
  if (from > UINT64_MAX - ahead) return std::nullopt;
  return from + ahead;
}

std::string to_string(const Shard& shard) { return format("{}/{}", shard.index, shard.count); }

Result<Shard> parse_shard(std::string_view text) {
  const auto slash = text.find('/');
  const auto index = number_in(text.substr(0, slash));
  const auto count =
      slash == std::string_view::npos ? std::nullopt : number_in(text.substr(slash + 1));
  if (!index || !count) {
    return bad(format("--shard: expected INDEX/COUNT such as \"0/7\", found \"{}\"", text));
  }
  const Shard shard{*index, *count};
  if (const auto trouble = trouble_of(shard); !trouble.empty()) {
    return bad(format("--shard {}: {}", text, trouble));
  }
  return shard;
}

Result<ChosenShard> choose_shard(const std::string& flag, const Environment& environment) {
  if (!flag.empty()) {
    const auto shard = parse_shard(flag);
    if (!shard) return shard.error();
    return ChosenShard{*shard, "--shard"};
  }
  Variables variables(environment);
  Candidates found;
  add_own(variables, found);
  add_pair(variables, "GTEST_SHARD_INDEX", "GTEST_TOTAL_SHARDS", found);
  add_slurm(variables, found);
  if (!variables.trouble().empty()) return bad(variables.trouble());
  if (found.empty()) return ChosenShard{};
  for (const auto& other : found) {
    if (other.shard == found.front().shard) continue;
    return bad(format("{} says shard {}, but {} says {}: say which with --shard",
                      found.front().source, to_string(found.front().shard), other.source,
                      to_string(other.shard)));
  }
  return found.front();
}

}  // namespace logquake::scenario
