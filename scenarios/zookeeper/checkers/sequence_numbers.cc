#include "scenarios/zookeeper/checkers/sequence_numbers.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "models/quorum/wire/path.h"
#include "scenarios/zookeeper/checkers/first_told.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

constexpr std::size_t suffix_digits = 10;  // Z-DM-9

std::optional<std::int64_t> number_of(std::string_view path) {
  if (path.size() < suffix_digits) return std::nullopt;
  const auto suffix = path.substr(path.size() - suffix_digits);
  std::int64_t number = 0;
  for (const char digit : suffix) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + (digit - '0');
  }
  return number;
}

class SequenceNumbers : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    // A parent may have been deleted and created again where nobody told.
    if (told_.is_gap(event)) last_.clear();
    if (const auto* created = event.as<zookeeper::ZnodeCreated>()) {
      if (!told_.is_news(event.node_name, created->zxid)) return;
      last_.erase(created->path);
      if (const auto number = number_of(created->path)) take(*created, *number, event, findings);
    } else if (const auto* deleted = event.as<zookeeper::ZnodeDeleted>()) {
      if (told_.is_news(event.node_name, deleted->zxid)) last_.erase(deleted->path);
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-INV-15", format("{} sequential nodes", numbers_));
  }

 private:
  struct Last {
    std::int64_t number = 0;
    std::string path;
    sim::EventId fact;
  };

  void take(const zookeeper::ZnodeCreated& created, std::int64_t number,
            const sim::TraceEvent& event, Findings& findings) {
    ++numbers_;
    const auto [at, is_first] = last_.try_emplace(std::string(zookeeper::parent_of(created.path)));
    auto& last = at->second;
    if (!is_first && number <= last.number) {
      findings.violation("Z-INV-15", format("{} is created after {}", created.path, last.path),
                         {last.fact});
    }
    last = {number, created.path, event.id};
  }

  FirstTold told_;
  std::map<std::string, Last, std::less<>> last_;  // by parent
  std::int64_t numbers_ = 0;
};

}  // namespace

CheckerFactory zookeeper_sequence_numbers() {
  return {"zookeeper-sequence-numbers", [] { return std::make_unique<SequenceNumbers>(); }};
}

}  // namespace logquake::scenario
