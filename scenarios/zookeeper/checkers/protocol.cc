#include "scenarios/zookeeper/checkers/protocol.h"

#include <memory>
#include <string>

#include "models/quorum/ensemble_facts.h"
#include "sim/base/format.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::scenario {
namespace {

class Protocol : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (event.as<zookeeper::LearnerSynchronized>() != nullptr) {
      ++synchronized_;
    } else if (event.as<sim::NodeLostDisk>() != nullptr) {
      disk_was_lost_ = true;
    } else if (const auto* violated = event.as<zookeeper::ProtocolViolated>()) {
      auto message = format("{} cannot go on with its peer: {}", event.node_name, violated->why);
      if (disk_was_lost_) {
        findings.anomaly("Z-ST-7", std::move(message));
      } else {
        findings.violation("Z-INV-24", std::move(message));
      }
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-24", format("{} learners brought up to date", synchronized_));
  }

 private:
  bool disk_was_lost_ = false;
  std::int64_t synchronized_ = 0;
};

}  // namespace

CheckerFactory zookeeper_protocol() {
  return {"zookeeper-protocol", [] { return std::make_unique<Protocol>(); }};
}

}  // namespace logquake::scenario
