#include "scenarios/kafka/checkers/ids_are_new.h"

#include <map>
#include <memory>
#include <utility>

#include "models/database/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class IdsAreNew : public Checker {
 public:
  explicit IdsAreNew(std::string table) : table_(std::move(table)) {}

  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    const auto* inserted = event.as<database::RowInserted>();
    if (inserted == nullptr || inserted->table != table_) return;
    const auto image = database::to_text(inserted->row);
    const auto [known, is_new] = rows_.try_emplace(inserted->key, Row{image, event.id});
    // Recovery states rows once more, as they were.
    if (is_new || known->second.image == image) return;
    findings.violation(
        "C-DB-15",
        format("{} gave the id of the row {} to the row {}", table_, known->second.image, image),
        {known->second.fact});
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("C-DB-15",
                     format("{} rows of {}, each with an id of its own", rows_.size(), table_));
  }

 private:
  struct Row {
    std::string image;  // as first inserted
    sim::EventId fact;
  };
  std::string table_;
  std::map<std::string, Row> rows_;  // by key, deleted ones too
};

}  // namespace

CheckerFactory ids_are_new(std::string table) {
  return {"ids-are-new", [table = std::move(table)] { return std::make_unique<IdsAreNew>(table); }};
}

}  // namespace logquake::scenario
