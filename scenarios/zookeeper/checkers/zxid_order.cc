#include "scenarios/zookeeper/checkers/zxid_order.h"

#include <map>
#include <memory>
#include <string>

#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
#include "scenarios/zookeeper/checkers/member_logs.h"
#include "sim/base/format.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::scenario {
namespace {

using zookeeper::counter_of;
using zookeeper::Zxid;

class ZxidOrder : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* appended = event.as<zookeeper::TransactionAppended>()) {
      judge_append(appended->zxid, event, findings);
    } else if (const auto* serving = event.as<zookeeper::ServingStarted>()) {
      if (serving->mode != "read-only") judge_served(serving->zxid, event, findings);
    } else if (const auto* started = event.as<zookeeper::ServerStarted>()) {
      if (started->mode == "standalone") judge_served(started->zxid, event, findings);
    } else if (const auto* delivered = event.as<zookeeper::TransactionDelivered>()) {
      take_served(delivered->zxid, event);
    } else if (const auto* lost = event.as<sim::NodeLostDisk>()) {
      served_.erase(lost->node);
    }
    logs_.on_fact(event);
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-8", format("{} starts of service", starts_));
  }

 private:
  struct Served {
    Zxid zxid;
    sim::EventId fact;
  };

  void judge_append(Zxid zxid, const sim::TraceEvent& event, Findings& findings) const {
    const auto& log = logs_.of(event.node_name);
    const auto last = log.replacing().value_or(log.last());
    if (zxid > last) return;
    findings.violation(
        "Z-INV-8", format("{} logs zxid {} after {}", event.node_name, hex_of(zxid), hex_of(last)));
  }
  void judge_served(Zxid zxid, const sim::TraceEvent& event, Findings& findings) {
    ++starts_;
    const auto served = served_.find(event.node_name);
    // A marker is no transaction: it says nothing about the last one.
    if (served != served_.end() && zxid < served->second.zxid && counter_of(zxid) != 0) {
      findings.violation("Z-INV-8",
                         format("{} serves up to zxid {} and has served up to {}", event.node_name,
                                hex_of(zxid), hex_of(served->second.zxid)),
                         {served->second.fact});
    }
    take_served(zxid, event);
  }
  void take_served(Zxid zxid, const sim::TraceEvent& event) {
    if (counter_of(zxid) == 0) return;
    auto& served = served_[std::string(event.node_name)];
    if (zxid > served.zxid) served = {zxid, event.id};
  }

  MemberLogs logs_;
  std::map<std::string, Served, std::less<>> served_;
  std::int64_t starts_ = 0;
};

}  // namespace

CheckerFactory zookeeper_zxid_order() {
  return {"zookeeper-zxid-order", [] { return std::make_unique<ZxidOrder>(); }};
}

}  // namespace logquake::scenario
