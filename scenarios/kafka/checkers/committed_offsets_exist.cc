#include "scenarios/kafka/checkers/committed_offsets_exist.h"

#include <algorithm>
#include <map>
#include <string>

#include "models/broker/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class CommittedOffsetsExist : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* appended = event.as<kafka::BatchAppended>()) {
      auto& end = ends_[appended->partition];
      end = std::max(end, appended->last_offset + 1);
    } else if (const auto* committed = event.as<kafka::OffsetCommitted>()) {
      ++commits_;
      const auto end = ends_.find(committed->partition);
      const auto known = end == ends_.end() ? kafka::Offset{} : end->second;
      if (committed->offset > known) {
        findings.violation(
            "K-INV-63",
            format("group {} commits offset {} of {}, whose log never reached beyond {}",
                   committed->group, committed->offset, committed->partition, known));
      }
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("K-INV-63", format("{} commits of groups, each within its log", commits_));
  }

 private:
  std::map<std::string, kafka::Offset> ends_;  // the furthest that any replica's log reached
  std::int64_t commits_ = 0;
};

}  // namespace

CheckerFactory committed_offsets_exist() {
  return {"committed-offsets-exist", [] { return std::make_unique<CommittedOffsetsExist>(); }};
}

}  // namespace logquake::scenario
