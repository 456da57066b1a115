#include "scenarios/zookeeper/checkers/recipes.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "models/quorum/client/recipes/place_in_line.h"
#include "models/quorum/client/recipes/recipe_facts.h"
#include "models/quorum/wire/path.h"
#include "scenarios/zookeeper/checkers/znode_history.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using zookeeper::PlaceInLine;
using zookeeper::Zxid;

constexpr std::size_t suffix_digits = 10;  // Z-DM-9

std::string number_in(const std::string& name) {
  return name.size() < suffix_digits ? std::string() : name.substr(name.size() - suffix_digits);
}

class Recipes : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    history_.on_fact(event);
    if (history_.has_gap()) {
      history_.doubt_ephemerals();
      had_gap_ = true;
    }
    if (const auto* created = event.as<zookeeper::ZnodeCreated>()) {
      ever_.insert(created->path);
    } else if (const auto* headed = event.as<zookeeper::LineHeaded>()) {
      judge_head(*headed, event, findings);
    } else if (const auto* used = event.as<zookeeper::ResourceUsed>()) {
      judge_use(*used, event, findings);
    } else if (const auto* entered = event.as<zookeeper::BarrierEntered>()) {
      judge_entry(*entered, findings);
    } else if (const auto* added = event.as<zookeeper::CounterAdded>()) {
      judge_addition(*added, event, findings);
    } else if (const auto* seen = event.as<zookeeper::MembersSeen>()) {
      judge_members(*seen, event, findings);
    }
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("Z-RC-4", format("{} times somebody headed a line", heads_));
    findings.promise("Z-RC-7", format("{} values of counters", values_.size()));
  }

 private:
  struct Token {
    Zxid zxid;
    sim::EventId fact;
  };

  // Of those whose places are there and that it waits for, none has a smaller number.
  void judge_head(const zookeeper::LineHeaded& headed, const sim::TraceEvent& event,
                  Findings& findings) {
    ++heads_;
    const auto names = history_.children(headed.line, history_.frontier());
    if (!names) return;
    const auto own = number_in(headed.place);
    const bool is_shared = PlaceInLine::is_shared(headed.place);
    const std::string own_name(zookeeper::last_name_of(headed.place));
    const auto mark =
        own_name.substr(0, own_name.size() - std::min(own_name.size(), suffix_digits));
    for (const auto& name : *names) {
      if (number_in(name) >= own || name.starts_with(mark)) continue;
      if (is_shared && PlaceInLine::is_shared(name)) continue;
      // It may have come only after the list was made that this client has seen; but then its
      // number is greater. One that is smaller was there before.
      findings.violation(headed.line == "/election" ? "Z-RC-2" : "Z-RC-4",
                         format("{} heads {} with {}, and {} is before it", event.node_name,
                                headed.line, headed.place, name));
      return;
    }
  }

  void judge_use(const zookeeper::ResourceUsed& used, const sim::TraceEvent& event,
                 Findings& findings) {
    auto& newest = tokens_[used.line];
    if (used.token < newest.zxid) {
      if (used.accepted) {
        findings.violation("Z-RC-3",
                           format("the resource behind {} took work of {} with the old token {}",
                                  used.line, event.node_name, hex_of(used.token)),
                           {newest.fact});
      } else {
        findings.anomaly("Z-RC-3", "somebody acted on a place that it had lost, and was fenced off",
                         1, {newest.fact});
      }
      return;
    }
    if (used.token > newest.zxid) newest = {used.token, event.id};
  }

  void judge_entry(const zookeeper::BarrierEntered& entered, Findings& findings) const {
    std::int64_t present = 0;
    const auto prefix = entered.barrier + "/";
    for (auto at = ever_.lower_bound(prefix); at != ever_.end() && at->starts_with(prefix); ++at) {
      if (*at != prefix + "ready") ++present;
    }
    if (present >= entered.participants || had_gap_) return;
    findings.violation("Z-RC-5", format("{} opened for {} of {} participants", entered.barrier,
                                        present, entered.participants));
  }

  static void judge_members(const zookeeper::MembersSeen& seen, const sim::TraceEvent& event,
                            Findings& findings) {
    const auto& members = seen.members;
    if (std::find(members.begin(), members.end(), event.node_name) != members.end()) return;
    findings.violation("Z-RC-6", format("{} has joined {} and does not find itself there",
                                        event.node_name, seen.group));
  }

  void judge_addition(const zookeeper::CounterAdded& added, const sim::TraceEvent& event,
                      Findings& findings) {
    const auto [at, is_new] = values_.try_emplace({added.path, added.value}, event.id);
    if (is_new) return;
    findings.violation("Z-RC-7", format("two clients made {} {}", added.path, added.value),
                       {at->second});
  }

  ZnodeHistory history_;
  std::set<std::string> ever_;  // paths that existed at some time
  std::map<std::string, Token> tokens_;
  std::map<std::pair<std::string, std::int64_t>, sim::EventId> values_;
  bool had_gap_ = false;  // some changes were never told
  std::int64_t heads_ = 0;
};

}  // namespace

CheckerFactory zookeeper_recipes() {
  return {"zookeeper-recipes", [] { return std::make_unique<Recipes>(); }};
}

}  // namespace logquake::scenario
