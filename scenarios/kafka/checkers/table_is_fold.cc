#include "scenarios/kafka/checkers/table_is_fold.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "models/client/facts.h"
#include "models/database/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class TableIsFold : public Checker {
 public:
  TableIsFold(std::string topic, std::string table)
      : topic_(std::move(topic)), table_(std::move(table)) {}

  void on_fact(const sim::TraceEvent& event, Findings&) override {
    if (const auto* acknowledged = event.as<kafka::client::RecordAcknowledged>()) {
      if (acknowledged->partition.topic != topic_) return;
      auto& last = fold_[acknowledged->key_digest];
      if (acknowledged->offset < last.offset) return;
      last = {acknowledged->offset, acknowledged->value_digest == no_value, event.id};
    } else if (const auto* inserted = event.as<database::RowInserted>()) {
      if (inserted->table == table_) rows_.insert(inserted->key);
    } else if (const auto* deleted = event.as<database::RowDeleted>()) {
      if (deleted->table == table_) rows_.erase(deleted->key);
    }
  }

  void at_end(const Ending& ending, Findings& findings) override {
    const auto alive = std::count_if(fold_.begin(), fold_.end(),
                                     [](const auto& entry) { return !entry.second.is_tombstone; });
    const auto rows = static_cast<std::int64_t>(rows_.size());
    if (ending.healed && rows != alive) {
      findings.violation("C-INV-60",
                         format("{} has {} rows, but {} keys of {} were written last, and "
                                "not deleted",
                                table_, rows, alive, topic_));
    }
    findings.promise("C-INV-60",
                     format("{} rows of {} for {} keys of {}", rows, table_, fold_.size(), topic_));
  }

 private:
  static constexpr std::int64_t no_value = 0;  // the digest of a tombstone
  struct Last {
    kafka::Offset offset;
    bool is_tombstone = false;
    sim::EventId fact;
  };
  std::string topic_;
  std::string table_;
  std::map<std::int64_t, Last> fold_;  // by the key's digest
  std::set<std::string> rows_;
};

}  // namespace

CheckerFactory table_is_fold(std::string topic, std::string table) {
  return {"table-is-the-fold", [topic = std::move(topic), table = std::move(table)] {
            return std::make_unique<TableIsFold>(topic, table);
          }};
}

}  // namespace logquake::scenario
