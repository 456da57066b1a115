#include "scenarios/kafka/checkers/offsets_are_stored.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "models/connect/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class SourceOffsetsAreStored : public Checker {
 public:
  explicit SourceOffsetsAreStored(Duration within) : within_(within) {}

  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* produced = event.as<connect::RecordProduced>()) {
      waiting_[{produced->connector, produced->source_partition}].push_back(
          {produced->source_offset, event.at, event.id});
      judge(event.at, findings);
    } else if (const auto* committed = event.as<connect::SourceOffsetsCommitted>()) {
      ++commits_;
      auto& waiting = waiting_[{committed->connector, committed->source_partition}];
      const auto stored = std::find_if(waiting.rbegin(), waiting.rend(), [&](const Waiting& each) {
        return each.offset == committed->source_offset;
      });
      waiting.erase(waiting.begin(), stored.base());
      judge(event.at, findings);
    } else if (const auto* started = event.as<connect::TaskStarted>()) {
      forget(started->connector);  // it begins anew where the stored offset is
    } else if (const auto* stopped = event.as<connect::TaskStopped>()) {
      forget(stopped->connector);
    } else if (const auto* failed = event.as<connect::TaskFailed>()) {
      forget(failed->connector);
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("C-SRC-4", format("{} source offsets stored in time", commits_));
  }

 private:
  struct Waiting {
    std::string offset;
    Instant since{};
    sim::EventId fact;
  };

  void judge(Instant now, Findings& findings) const {
    for (const auto& [source, waiting] : waiting_) {
      if (waiting.empty() || now - waiting.front().since <= within_) continue;
      const auto& first = waiting.front();
      return findings.violation(
          "C-SRC-4",
          format("{}: Kafka acknowledged the record {} of {} more than {} ago, and no offset of "
                 "that table was stored since",
                 source.first, first.offset, source.second, to_text(within_)),
          {first.fact});
    }
  }
  void forget(const std::string& connector) {
    std::erase_if(waiting_, [&](const auto& entry) { return entry.first.first == connector; });
  }

  Duration within_;
  std::map<std::pair<std::string, std::string>, std::deque<Waiting>> waiting_;
  std::int64_t commits_ = 0;
};

}  // namespace

CheckerFactory source_offsets_are_stored(Duration within) {
  return {"source-offsets-are-stored",
          [within] { return std::make_unique<SourceOffsetsAreStored>(within); }};
}

}  // namespace logquake::scenario
