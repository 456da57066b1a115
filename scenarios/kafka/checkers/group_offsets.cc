#include "scenarios/kafka/checkers/group_offsets.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "models/broker/facts.h"
#include "models/broker/group_facts.h"
#include "models/client/facts.h"
#include "scenarios/kafka/workloads/consume_workload.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using GroupPartition = std::pair<std::string, std::string>;

class GroupOffsetsAreKept : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* admitted = event.as<kafka::OffsetCommitAdmitted>()) {
      ++commits_;
      if (admitted->generation == admitted->group_generation ||
          admitted->generation < kafka::Generation{0})
        return;
      findings.violation("K-INV-64",
                         format("group {}, which is in generation {}, stores a commit of {}, a "
                                "member of generation {}",
                                admitted->group, admitted->group_generation, admitted->member,
                                admitted->generation));
    } else if (const auto* expired = event.as<kafka::OffsetExpired>()) {
      if (!expired->group_state.ends_with("Rebalance")) return;
      findings.violation(
          "K-INV-62", format("offset {} of {} expires while its group {} is in {}", expired->offset,
                             expired->partition, expired->group, expired->group_state));
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("K-INV-64", format("{} commits, each of a current generation", commits_));
  }

 private:
  std::int64_t commits_ = 0;
};

struct Stored {
  kafka::Offset offset;
  sim::EventId fact;
};

class CommitsSurvive : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* committed = event.as<kafka::OffsetCommitted>()) {
      stored_[{committed->group, committed->partition}] = {committed->offset, event.id};
    } else if (const auto* assigned = event.as<kafka::client::PartitionsAssigned>()) {
      // What it asks for it asks after this: it cannot be told less.
      for (const auto& partition : assigned->partitions) {
        const auto stored = stored_.find({assigned->group, to_string(partition)});
        if (stored == stored_.end()) continue;
        awaited_[{std::string(event.node_name), to_string(partition)}] = stored->second;
      }
    } else if (const auto* set = event.as<kafka::client::PositionSet>()) {
      const auto awaited = awaited_.find({std::string(event.node_name), to_string(set->partition)});
      if (awaited == awaited_.end()) return;
      const auto stored = awaited->second;
      awaited_.erase(awaited);
      ++positions_;
      if (set->why == "committed" && set->offset >= stored.offset) return;
      findings.violation(
          "K-INV-62",
          format(
              "{} begins {} at {} ({}), but group {} had offset {} stored before it was assigned",
              event.node_name, to_string(set->partition), set->offset, set->why, set->group,
              stored.offset),
          {stored.fact});
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("K-INV-62",
                     format("{} positions taken up, none below its commit", positions_));
  }

 private:
  std::map<GroupPartition, Stored> stored_;
  std::map<std::pair<std::string, std::string>, Stored> awaited_;  // machine, partition
  std::int64_t positions_ = 0;
};

class CommitsFollowProcessing : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* processed = event.as<RecordProcessed>()) {
      auto& end = processed_[{processed->group, processed->partition}];
      end = std::max(end, processed->offset + 1);
    } else if (const auto* committed = event.as<kafka::OffsetCommitted>()) {
      ++commits_;
      const auto end = processed_[{committed->group, committed->partition}];
      if (committed->offset <= end) return;
      findings.violation("K-INV-65",
                         format("group {} stores offset {} of {}, but has processed its records "
                                "only below {}",
                                committed->group, committed->offset, committed->partition, end));
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("K-INV-65", format("{} commits, each after the processing", commits_));
  }

 private:
  std::map<GroupPartition, kafka::Offset> processed_;  // below it all is processed
  std::int64_t commits_ = 0;
};

}  // namespace

CheckerFactory group_offsets_are_kept() {
  return {"group-offsets-are-kept", [] { return std::make_unique<GroupOffsetsAreKept>(); }};
}
CheckerFactory commits_survive() {
  return {"commits-survive", [] { return std::make_unique<CommitsSurvive>(); }};
}
CheckerFactory commits_follow_processing() {
  return {"commits-follow-processing", [] { return std::make_unique<CommitsFollowProcessing>(); }};
}

}  // namespace logquake::scenario
