#include "scenarios/cli/settings.h"

#include <algorithm>
#include <charconv>

#include "scenarios/engine/suggestion.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

bool read_number(std::string_view text, std::uint64_t& value) {
  const auto* last = text.data() + text.size();
  const auto [end, trouble] = std::from_chars(text.data(), last, value);
  return trouble == std::errc{} && end == last && !text.empty();
}

}  // namespace

Result<std::uint64_t> parse_seed(std::string_view text) {
  std::uint64_t seed = 0;
  if (read_number(text, seed)) return seed;
  return Error{
      ErrorCode::invalid_argument,
      format("--seed: expected a whole number from 0 to {}, found \"{}\"", UINT64_MAX, text)};
}

Result<SeedRange> parse_seeds(std::string_view text) {
  const auto dots = text.find("..");
  SeedRange range;
  std::uint64_t last = 0;
  const bool good = dots == std::string_view::npos
                        ? read_number(text, range.first)
                        : read_number(text.substr(0, dots), range.first) &&
                              read_number(text.substr(dots + 2), last);
  if (!good) {
    return Error{
        ErrorCode::invalid_argument,
        format("--seeds: expected a range such as \"1..300\", both ends included, found \"{}\"",
               text)};
  }
  range.last = dots == std::string_view::npos ? range.first : last;
  if (*range.last < range.first) {
    return Error{ErrorCode::invalid_argument, format("--seeds: expected the first seed before the "
                                                     "last, found \"{}\"; did you mean \"{}..{}\"?",
                                                     text, *range.last, range.first)};
  }
  if (*range.last - range.first >= static_cast<std::uint64_t>(INT64_MAX)) {
    return Error{ErrorCode::invalid_argument,
                 format("--seeds: expected fewer than 2^63 seeds, found \"{}\"", text)};
  }
  return range;
}

Result<int> parse_jobs(std::string_view text) {
  constexpr std::uint64_t most = 1024;
  std::uint64_t jobs = 0;
  if (read_number(text, jobs) && jobs >= 1 && jobs <= most) return static_cast<int>(jobs);
  return Error{ErrorCode::invalid_argument,
               format("--jobs: expected a whole number from 1 to {}, found \"{}\"", most, text)};
}

Result<std::int64_t> parse_memory(std::string_view text) {
  constexpr std::uint64_t least = 64;  // MiB; chosen: the binary and its libraries
  constexpr std::uint64_t most = std::uint64_t{1} << 24;  // MiB; chosen: no machine has as much
  if (text == "none") return 0;
  std::uint64_t number = 0;
  const bool is_gibibytes = text.ends_with("GiB");
  if ((is_gibibytes || text.ends_with("MiB")) &&
      read_number(text.substr(0, text.size() - 3), number) && number <= most) {
    const auto mebibytes = is_gibibytes ? number << 10 : number;
    if (mebibytes >= least && mebibytes <= most) return static_cast<std::int64_t>(mebibytes << 20);
  }
  return Error{
      ErrorCode::invalid_argument,
      format("--memory: expected a size such as \"2GiB\" or \"512MiB\", at least {}MiB, or "
             "\"none\", found \"{}\"",
             least, text)};
}

std::vector<std::string> unknown_variables(const char* const* environment,
                                           std::vector<std::string> known) {
  // Read elsewhere: by tests that rewrite their golden files, and by build scripts.
  known.insert(known.end(), {"LOGQUAKE_LIBRARY", "LOGQUAKE_REWRITE", "LOGQUAKE_SHARD_INDEX",
                             "LOGQUAKE_SHARD_COUNT"});
  std::vector<std::string> warnings;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry(*environment);
    if (!entry.starts_with("LOGQUAKE_")) continue;
    const std::string name(entry.substr(0, entry.find('=')));
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    warnings.push_back(format("unknown variable {}{}", name, suggestion(name, known, 0)));
  }
  return warnings;
}

}  // namespace logquake::scenario
