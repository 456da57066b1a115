// Faults are data: drawn before the run, parsed, printed, replayed, shrunk and reported.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/base/ratio.h"
#include "sim/base/time.h"
#include "sim/faults/clock_faults.h"
#include "sim/faults/datagram_faults.h"
#include "sim/faults/disk_faults.h"
#include "sim/faults/model_faults.h"
#include "sim/faults/network_faults.h"
#include "sim/faults/node_faults.h"
#include "sim/faults/partition_faults.h"

namespace logquake::sim {

/// Every kind of fault: a value with `key`, fields (`io`), `sentence()` and `strike()`; perhaps
/// `refusal()`, why it can strike nobody now, and `trouble()`, what is wrong with its fields. A new
/// one joins its family in faults/ and this list.
using Fault =
    std::variant<ProcessCrash, PowerLoss, Restart, Pause, Resume, SlowCpu, WipeDisk, SnapshotDisk,
                 RestoreDisk, Stall, SilentDrop, Slow, Break, Isolate, Split, HealNetwork,
                 OddLatency, NarrowWire, RefuseConnects, LoseReply, Swizzle, OneWay, MajoritiesRing,
                 Bridge, HubOnly, Flapping, DatagramLoss, DatagramDuplication, DatagramReordering,
                 DatagramCorruption, FailSync, DiskFull, SlowDisk, FailWrite, StallDisk, TornWrite,
                 BitRot, LostWrite, MisdirectedWrite, ClockStep, ClockDrift, ClockOffset,
                 ClockSmear, Invoke, HealAll, Hold>;

/// The key under which a scenario file has the fault: "power_loss".
std::string_view key_of(const Fault& fault);
/// The names of all faults, in the order of the variant.
std::span<const std::string_view> fault_keys();
/// An empty fault of that name, to be filled in; nothing for an unknown name.
std::optional<Fault> fault_named(std::string_view key);
/// "broker-1 loses power".
std::string sentence_of(const Fault& fault);

// ---- when a fault strikes ----
struct AtInstant {
  Duration since_start{};
};
/// The nth fact of the kind whose printed fields equal those of `where`. With `each`, n is drawn
/// before the run, as if each match in turn struck with that chance: settle_occurrences().
struct OnFact {
  std::string kind;
  std::map<std::string, std::string> where;
  int occurrence = 1;  // zero: not drawn yet
  std::optional<Ratio> each;
};
/// `delay` after another step of the plan, named by its number, has struck.
struct AfterStep {
  int step = 0;
  Duration delay{};
};
using Trigger = std::variant<AtInstant, OnFact, AfterStep>;
/// "at 30s", "on the 3rd broker.isr-shrank of partition=orders-0", "2s after step 1".
std::string sentence_of(const Trigger& trigger);

struct FaultStep {
  Trigger when;
  Fault what;
  Ratio probability{1, 1};  // settled from (seed, number of the step) before the run
  /// What the step is called by others, by facts and by its own keyed choices, so that taking a
  /// step out of a plan changes no other's luck. Default: one more than the step before it, from 0.
  std::optional<int> number{};
};
/// The steps' numbers ascend.
struct FaultPlan {
  std::vector<FaultStep> steps;
};
/// The number of each step.
std::vector<int> numbers_of(const FaultPlan& plan);
/// The number that the next step would have.
int next_number(const FaultPlan& plan);
/// The step of that number, or null.
const FaultStep* find_step(const FaultPlan& plan, int number);
/// Whether the step of that number is in play under `seed`, as its probability has it.
bool is_in_play(const FaultStep& step, int number, std::uint64_t seed);
/// Draws the occurrences that triggers with `each` leave open, from (seed, number of the step);
/// what is settled already stays.
void settle_occurrences(FaultPlan& plan, std::uint64_t seed);

}  // namespace logquake::sim
