#include "scenarios/kafka/checkers/connect_offsets.h"

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "models/broker/facts.h"
#include "models/connect/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class SourceOffsetsAreCovered : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* started = event.as<connect::TaskStarted>()) {
      // A new life of the task reads again from the stored offset.
      std::erase_if(reads_,
                    [&](const auto& entry) { return entry.first.first == started->connector; });
    } else if (const auto* read = event.as<connect::RecordRead>()) {
      reads_[{read->connector, read->source_partition}].push_back(
          {read->source_offset, false, event.id});
    } else if (const auto* produced = event.as<connect::RecordProduced>()) {
      auto& reads = reads_[{produced->connector, produced->source_partition}];
      const auto record = std::find_if(reads.begin(), reads.end(), [&](const Read& each) {
        return !each.is_acknowledged && each.offset == produced->source_offset;
      });
      if (record != reads.end()) record->is_acknowledged = true;
    } else if (const auto* committed = event.as<connect::SourceOffsetsCommitted>()) {
      commit(*committed, findings);
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("C-INV-20",
                     format("{} source offsets stored, each after its records", commits_));
  }

 private:
  struct Read {
    std::string offset;
    bool is_acknowledged = false;
    sim::EventId fact;
  };

  void commit(const connect::SourceOffsetsCommitted& fact, Findings& findings) {
    ++commits_;
    auto& reads = reads_[{fact.connector, fact.source_partition}];
    const auto covered = std::find_if(reads.rbegin(), reads.rend(), [&](const Read& read) {
      return read.offset == fact.source_offset;
    });
    if (covered == reads.rend()) return;  // stored again: nothing was read since
    const auto end = covered.base();
    const auto open =
        std::find_if(reads.begin(), end, [](const Read& read) { return !read.is_acknowledged; });
    if (open != end) {
      findings.violation(
          "C-INV-20",
          format("{}: the stored offset {} of {} covers the record {}, which Kafka has not "
                 "acknowledged",
                 fact.connector, fact.source_offset, fact.source_partition, open->offset),
          {open->fact});
    }
    reads.erase(reads.begin(), end);
  }

  std::map<std::pair<std::string, std::string>, std::deque<Read>> reads_;
  std::int64_t commits_ = 0;
};

class SinkOffsetsAreCovered : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* assigned = event.as<connect::SinkPartitionsAssigned>()) {
      completed_.try_emplace("connect-" + assigned->connector);  // nothing is covered before a put
    } else if (const auto* completed = event.as<connect::SinkPutCompleted>()) {
      auto& end = completed_["connect-" + completed->connector][completed->partition];
      end = std::max(end, completed->last + 1);
    } else if (const auto* committed = event.as<kafka::OffsetCommitted>()) {
      const auto group = completed_.find(committed->group);
      if (group == completed_.end()) return;
      ++commits_;
      const auto partition = group->second.find(committed->partition);
      const auto end = partition == group->second.end() ? 0 : partition->second;
      if (committed->offset.value() > end) {
        findings.violation(
            "C-INV-21",
            format("group {} commits offset {} of {}, but put has completed only below {}",
                   committed->group, committed->offset, committed->partition, end));
      }
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("C-INV-21", format("{} sink offsets committed, each after its put", commits_));
  }

 private:
  std::map<std::string, std::map<std::string, std::int64_t>>
      completed_;  // group -> partition -> end
  std::int64_t commits_ = 0;
};

}  // namespace

CheckerFactory source_offsets_are_covered() {
  return {"source-offsets-are-covered", [] { return std::make_unique<SourceOffsetsAreCovered>(); }};
}
CheckerFactory sink_offsets_are_covered() {
  return {"sink-offsets-are-covered", [] { return std::make_unique<SinkOffsetsAreCovered>(); }};
}

}  // namespace logquake::scenario
