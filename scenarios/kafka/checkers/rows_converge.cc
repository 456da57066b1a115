#include "scenarios/kafka/checkers/rows_converge.h"

#include <algorithm>
#include <set>
#include <utility>

#include "models/connect/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class RowsConverge : public Checker {
 public:
  explicit RowsConverge(RowRoute route) : rows_(std::move(route)) {}

  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    rows_.on_fact(event);
    if (const auto* inserted = event.as<database::RowInserted>()) {
      if (inserted->table == rows_.route().to) check_invention(inserted->key, findings);
    } else if (const auto* updated = event.as<database::RowUpdated>()) {
      if (updated->table == rows_.route().to) check_invention(updated->key, findings);
    } else if (const auto* failed = event.as<connect::TaskFailed>()) {
      failed_[format("{}-{}", failed->connector, failed->task)] = failed->reason;
    } else if (const auto* started = event.as<connect::TaskStarted>()) {
      failed_.erase(format("{}-{}", started->connector, started->task));
    }
  }

  void at_end(const Ending& ending, Findings& findings) override {
    if (ending.healed) check_arrival(findings);
    check_copies(findings);
    check_versions(findings);
    findings.promise("C-INV-63",
                     format("{} rows of {} and {} of {} compared", rows_.source().size(),
                            rows_.route().from, rows_.target().size(), rows_.route().to));
  }

 private:
  // C-INV-18: a row that arrives was committed at the source.
  void check_invention(const std::string& row_key, Findings& findings) {
    const auto& row = rows_.target().at(row_key);
    const auto source = rows_.source().find(row.key);
    if (source != rows_.source().end()) {
      const auto& versions = source->second.versions;
      if (std::find(versions.begin(), versions.end(), row.image) != versions.end()) return;
    }
    findings.violation("C-INV-18", format("{} received a row that {} never held: {}",
                                          rows_.route().to, rows_.route().from, row.image));
  }

  void check_arrival(Findings& findings) {
    const auto& route = rows_.route();
    std::int64_t count = 0;
    const auto missing = rows_.missing(1, count);
    if (count > 0) {
      const auto& first = missing.front();
      const auto what = format("{} row{} of {} never reached {}, the first of them {}={}", count,
                               count == 1 ? "" : "s", route.from, route.to, route.key, first);
      if (failed_.empty()) {
        findings.violation("C-INV-12", what, {rows_.source().at(first).fact});
      } else {
        findings.anomaly("C-TSK-1",
                         format("{}: task {} is FAILED ({}) and nothing restarts it by itself",
                                what, failed_.begin()->first, failed_.begin()->second),
                         count);
      }
    }
    for (const auto& [reason, rows] : rows_.lost_in_kafka()) {
      findings.anomaly(reason.first,
                       format("rows of {} were acknowledged by Kafka and lost there: {}",
                              route.from, reason.second),
                       rows);
    }
    for (const auto& [key, row] : rows_.source()) {
      if (!row.may_be_missed || row.is_deleted || rows_.copies().contains(key)) continue;
      findings.anomaly("C-JSO-72",
                       format("rows of {} were committed after a query had read past their ids: "
                              "they are never read",
                              route.from),
                       1, {row.fact});
    }
  }

  void check_copies(Findings& findings) const {
    std::int64_t extra = 0;
    for (const auto& [key, copies] : rows_.copies()) extra += copies - 1;
    if (extra == 0) return;
    findings.anomaly("C-INV-61",
                     format("rows stand in {} more than once: a record was delivered again and "
                            "inserted again, for the "
                            "table has no key",
                            rows_.route().to),
                     extra);
  }

  void check_versions(Findings& findings) const {
    const auto& route = rows_.route();
    std::map<std::string, std::set<RowTracker::Image>> arrived;
    for (const auto& [row_key, row] : rows_.target()) arrived[row.key].insert(row.image);
    std::int64_t updates = 0;
    std::int64_t deletes = 0;
    std::vector<sim::EventId> updated;
    std::vector<sim::EventId> deleted;
    for (const auto& [key, row] : rows_.source()) {
      const auto images = arrived.find(key);
      if (images == arrived.end()) continue;
      if (row.is_deleted) {
        if (deletes++ == 0) deleted.push_back(row.fact);
      } else if (!images->second.contains(row.versions.back())) {
        if (updates++ == 0) updated.push_back(row.fact);
      }
    }
    if (updates > 0) {
      findings.anomaly(
          "C-JSO-70",
          format(
              "rows of {} were updated after they had been read: {} keeps the version read first",
              route.from, route.to),
          updates, updated);
    }
    if (deletes > 0) {
      findings.anomaly(
          "C-JSO-71",
          format("rows deleted from {} stay in {}: no query sees a delete", route.from, route.to),
          deletes, deleted);
    }
  }

  RowTracker rows_;
  std::map<std::string, std::string> failed_;  // tasks that are FAILED now, and why
};

}  // namespace

CheckerFactory rows_converge(RowRoute route) {
  return {"rows-converge",
          [route = std::move(route)] { return std::make_unique<RowsConverge>(route); }};
}

}  // namespace logquake::scenario
