// One run as a value: all that a report tells, filled in by whoever ran it. Nothing here knows
// Kafka.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.h"
#include "sim/trace/trace.h"

namespace logquake::report {

/// How a run ended.
enum class Verdict : std::uint8_t {
  passed,            // every promise held; excused anomalies are listed
  violated,          // a checker proved a broken promise
  crashed,           // failed check, overflow, deadlock, watchdog, signal
  unknown,           // could not be judged; `stop` says why
  nondeterministic,  // two runs of one name parted
};
std::string_view name_of(Verdict verdict);

/// A promise that was watched and how it went, also where nothing is wrong: "312 records judged".
struct Promise {
  std::string checker;  // "acked-records-survive"
  std::string clause;   // "K-INV-1"; may be empty
  std::string summary;  // what was judged, one line
};

/// A broken promise with the facts that prove it, in the order of the story.
struct Violation {
  std::string checker;
  std::string clause;
  std::string message;
  Instant at{};
  std::vector<sim::EventId> facts;
  std::string detail;  // lines to be shown as they are, below the message; may be empty
};

/// What went against the naive expectation and is excused by a clause.
struct Anomaly {
  std::string checker;
  std::string clause;
  std::string message;
  std::int64_t count = 1;
  std::vector<sim::EventId> facts;  // a few examples
};

/// A step of the fault plan that struck.
struct StruckFault {
  std::string sentence;  // "broker-1 loses power"
  std::string when;      // "on the 3rd broker.isr-shrank of partition=orders-0"
  Instant at{};
  std::string node;   // whom it struck; empty where it is no single node
  sim::EventId fact;  // the fact that states it; zero where none was stated
};

struct NodeOfRun {
  std::string name;
  std::string group;  // "broker"
};

/// What is needed to tell one run.
struct RunReport {
  std::string scenario;
  std::string about;  // one sentence
  std::uint64_t seed = 1;
  std::string strategy;               // "fifo", "pct:3:20ms"
  std::vector<std::string> defects;   // switched on in this run
  std::vector<std::string> settings;  // that the seed drew: "cluster.brokers = 5"
  std::string name;                   // the token by which `replay` finds the run again
  std::string content_hash;           // of the effective scenario, 16 hex digits
  std::string version;                // of logquake

  Verdict verdict = Verdict::passed;
  std::string
      stop;  // why the run ended, for a person; more where the verdict is crashed or unknown
  std::uint64_t fingerprint = 0;
  std::int64_t events = 0;        // kernel events and facts
  std::int64_t facts_stated = 0;  // may be more than are kept in `facts`
  Duration simulated{};
  Duration wall{};  // real time; the only figure here that differs from run to run
  std::map<std::string, std::int64_t>
      counts;  // what the workloads did: "records acknowledged": 312

  std::vector<NodeOfRun> nodes;     // in the order they were added
  std::vector<StruckFault> faults;  // in the order they struck
  std::vector<Promise> promises;
  std::vector<Violation> violations;
  std::vector<Anomaly> anomalies;
  std::vector<std::string> pending;      // what was still missing at the end, and why
  std::vector<sim::RecordedFact> facts;  // ascending ids
  std::string replay_command;  // "logquake run NAME --seed 17"; the last line of every failure
};

/// 16 hex digits.
std::string hex(std::uint64_t fingerprint);

/// The fact of that id, or null where it was not kept. `report.facts` ascends by id.
const sim::RecordedFact* find_fact(const RunReport& report, sim::EventId id);

/// What the fact says, without the name of its own node in front: "starts again" for "broker-1
/// starts again".
std::string_view said(const sim::RecordedFact& fact);

/// A link of a chain of causes; `skipped` links of the same kind and node before it are not shown.
struct CauseLink {
  const sim::RecordedFact* fact;
  std::int64_t skipped = 0;
};

/// The chain of causes that ends in `id`, oldest first. Of a row of links of one kind on one node
/// only the first and the last stay, and of the whole the last `limit`. Facts that were not kept
/// end it.
std::vector<CauseLink> causes_of(const RunReport& report, sim::EventId id, std::size_t limit = 32);

/// What proves the violation: the last of its facts that was kept, or null where none was.
const sim::RecordedFact* proof_of(const RunReport& report, const Violation& violation);

}  // namespace logquake::report
