#include "scenarios/zookeeper/checkers/zxid_order.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
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
    note_log(event);
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
    const auto logged = logged_.find(event.node_name);
    if (logged == logged_.end() || zxid > logged->second) return;
    findings.violation("Z-INV-8", format("{} logs zxid {} after {}", event.node_name, hex_of(zxid),
                                         hex_of(logged->second)));
  }
  // Where each log ends. A snapshot says nothing of it: a member may serve, and so snapshot, a
  // transaction before its own log has it (Z-BC-2).
  void note_log(const sim::TraceEvent& event) {
    std::optional<Zxid> end;
    if (const auto* appended = event.as<zookeeper::TransactionAppended>()) end = appended->zxid;
    if (const auto* truncated = event.as<zookeeper::HistoryTruncated>()) end = truncated->to;
    if (const auto* replaced = event.as<zookeeper::HistoryReplaced>()) end = replaced->zxid;
    if (const auto* recovered = event.as<zookeeper::ServerRecovered>()) end = recovered->zxid;
    if (end) logged_[std::string(event.node_name)] = *end;
    if (const auto* lost = event.as<sim::NodeLostDisk>()) logged_.erase(lost->node);
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

  std::map<std::string, Zxid, std::less<>> logged_;
  std::map<std::string, Served, std::less<>> served_;
  std::int64_t starts_ = 0;
};

}  // namespace

CheckerFactory zookeeper_zxid_order() {
  return {"zookeeper-zxid-order", [] { return std::make_unique<ZxidOrder>(); }};
}

}  // namespace logquake::scenario
