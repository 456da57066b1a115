#include "reports/story.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "reports/interest.h"
#include "sim/base/format.h"

namespace logquake::report {
namespace {

using Role = Moment::Role;

// A moment that may be told: a fault, a proof, or a burst of facts of one kind, represented by one
// of them.
struct Candidate {
  Moment moment;
  std::size_t order = 0;  // place in the story; unique
  Duration quiet{};       // how long nothing of the kind was heard before
  bool is_first = false;  // of its kind
  bool is_of_interest = false;
};

std::string_view area_of(std::string_view kind) { return kind.substr(0, kind.find('.')); }

// Whether `text` holds `name` between spaces.
bool names(std::string_view text, std::string_view name) {
  const auto at = text.find(name);
  if (at == std::string_view::npos) return false;
  const auto end = at + name.size();
  return (at == 0 || text[at - 1] == ' ') && (end == text.size() || text[end] == ' ');
}

// Facts of one kind that are less apart are told as one.
Duration burst_gap(const RunReport& report) {
  return std::max<Duration>(2s, report.simulated / 40);
}

Moment moment_of(const sim::RecordedFact& fact, Role role) {
  return {.role = role,
          .at = fact.at,
          .fact = fact.id,
          .node = fact.node,
          .kind = fact.kind,
          .sentence = std::string(said(fact))};
}

// Where the fault names one machine only, it struck there.
std::string node_of(const RunReport& report, const StruckFault& fault) {
  if (!fault.node.empty()) return fault.node;
  std::string found;
  for (const auto& node : report.nodes) {
    if (!names(fault.sentence, node.name)) continue;
    if (!found.empty()) return {};
    found = node.name;
  }
  return found;
}

Moment moment_of(const RunReport& report, const StruckFault& fault) {
  // The time stands in front of the line: "(at 30s)" would say it twice.
  const bool tells = !fault.when.empty() && !fault.when.starts_with("at ");
  return {.role = Role::fault,
          .at = fault.at,
          .fact = fault.fact,
          .node = node_of(report, fault),
          .kind = {},
          .sentence = tells ? format("{} ({})", fault.sentence, fault.when) : fault.sentence};
}

// The faults by the facts that state them.
class StatedFaults {
 public:
  explicit StatedFaults(const RunReport& report) {
    for (const auto& fault : report.faults) {
      if (fault.fact != sim::EventId()) by_fact_.emplace(fault.fact, &fault);
    }
  }
  const StruckFault* find(sim::EventId fact) const {
    const auto at = by_fact_.find(fact);
    return at == by_fact_.end() ? nullptr : at->second;
  }
  // "broker-1 loses power" needs no second line in which broker-1 is down.
  bool repeats(const sim::RecordedFact& fact) const {
    const auto* fault = find(fact.cause);
    return fault != nullptr && fact.subject.starts_with("node ") && fault->at == fact.at;
  }

 private:
  std::map<sim::EventId, const StruckFault*> by_fact_;
};

// Gathers the candidates in the order of the story.
class Candidates {
 public:
  explicit Candidates(const RunReport& report)
      : report_(report), interest_(report), gap_(burst_gap(report)), stated_(report) {
    for (const auto& violation : report.violations)
      proofs_.insert(violation.facts.begin(), violation.facts.end());
  }

  std::vector<Candidate> gather() && {
    for (std::size_t index = 0; index < report_.facts.size(); ++index) {
      const auto& fact = report_.facts[index];
      add_unstated_until(fact.at);
      if (const auto* fault = stated_.find(fact.id)) {
        add_fault(*fault);
      } else if (proofs_.count(fact.id) > 0) {
        list_.push_back({.moment = moment_of(fact, Role::proof), .order = list_.size()});
      } else if (fact.level >= sim::Level::info && !stated_.repeats(fact)) {
        add_to_burst(fact);
      }
    }
    add_unstated_until(Instant::max());
    // Where a burst is told by a later fact than its first, it stands there.
    std::stable_sort(list_.begin(), list_.end(), [](const Candidate& a, const Candidate& b) {
      return a.moment.at < b.moment.at;
    });
    for (std::size_t index = 0; index < list_.size(); ++index) list_[index].order = index;
    return std::move(list_);
  }

 private:
  struct Burst {
    std::size_t candidate;  // index into list_
    Instant last{};
    bool is_of_interest = false;
  };

  void add_fault(const StruckFault& fault) {
    list_.push_back({.moment = moment_of(report_, fault), .order = list_.size()});
  }

  void add_unstated_until(Instant at) {
    for (; next_fault_ < report_.faults.size() && report_.faults[next_fault_].at <= at;
         ++next_fault_) {
      const auto& fault = report_.faults[next_fault_];
      if (fault.fact == sim::EventId()) add_fault(fault);
    }
  }

  void add_to_burst(const sim::RecordedFact& fact) {
    const auto role = fact.level == sim::Level::error ? Role::error : Role::event;
    const bool is_of_interest = interest_.is_in(fact.sentence);
    const auto open = bursts_.find(fact.kind);
    if (open == bursts_.end() || fact.at - open->second.last > gap_) {
      const bool is_first = open == bursts_.end();
      const auto quiet = fact.at - (is_first ? Instant() : open->second.last);
      bursts_[fact.kind] = {list_.size(), fact.at, is_of_interest};
      list_.push_back({moment_of(fact, role), list_.size(), quiet, is_first, is_of_interest});
      return;
    }
    auto& burst = open->second;
    auto& moment = list_[burst.candidate].moment;
    burst.last = fact.at;
    const auto folded = moment.folded + 1;
    if (is_of_interest && !burst.is_of_interest) {
      burst.is_of_interest = true;
      list_[burst.candidate].is_of_interest = true;
      moment = moment_of(fact, role);
    }
    moment.folded = folded;
    moment.folded_until = fact.at;
  }

  const RunReport& report_;
  Interest interest_;
  Duration gap_;
  StatedFaults stated_;
  std::set<sim::EventId> proofs_;
  std::map<std::string_view, Burst> bursts_;  // the open one of each kind
  std::size_t next_fault_ = 0;
  std::vector<Candidate> list_;
};

using Queue = std::vector<const Candidate*>;

Queue of_role(const std::vector<Candidate>& candidates, Role role) {
  Queue out;
  for (const auto& candidate : candidates) {
    if (candidate.moment.role == role) out.push_back(&candidate);
  }
  return out;
}

// First, last, then the rest, so that a cut keeps both ends.
Queue ends_first(Queue all) {
  if (all.size() > 2) std::rotate(all.begin() + 1, all.end() - 1, all.end());
  return all;
}

// The sentence without numbers: "broker-# freezes for #.#s".
std::string shape_of(std::string_view sentence) {
  std::string shape;
  for (const char c : sentence) {
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_digit || shape.empty() || shape.back() != '#') shape += is_digit ? '#' : c;
  }
  return shape;
}

// Its sentence then ends with its trigger in brackets.
bool strikes_on_a_fact(const Candidate& fault) { return fault.moment.sentence.ends_with(')'); }

// The scenario's own faults, which strike on facts; then one of each shape; then the rest.
Queue faults_by_weight(const std::vector<Candidate>& candidates) {
  const auto all = of_role(candidates, Role::fault);
  std::set<std::string> shapes;
  Queue own;
  Queue various;
  Queue rest;
  for (const auto* fault : all) {
    if (strikes_on_a_fact(*fault)) {
      own.push_back(fault);
    } else if (shapes.insert(shape_of(fault->moment.sentence)).second) {
      various.push_back(fault);
    } else {
      rest.push_back(fault);
    }
  }
  own.insert(own.end(), various.begin(), various.end());
  own.insert(own.end(), rest.begin(), rest.end());
  return own;
}

Queue one_of_each_in_turn(const std::vector<Queue>& queues) {
  Queue out;
  bool any = true;
  for (std::size_t round = 0; any; ++round) {
    any = false;
    for (const auto& queue : queues) {
      if (round >= queue.size()) continue;
      out.push_back(queue[round]);
      any = true;
    }
  }
  return out;
}

// The first of each kind, one of each part of the system in turn, so that every part is heard.
Queue firsts_in_turn(const std::vector<Candidate>& candidates) {
  std::map<std::string_view, std::size_t> index_of;
  std::vector<Queue> areas;
  for (const auto& candidate : candidates) {
    if (!candidate.is_first) continue;
    const auto area = index_of.emplace(area_of(candidate.moment.kind), areas.size()).first->second;
    if (area == areas.size()) areas.emplace_back();
    areas[area].push_back(&candidate);
  }
  return one_of_each_in_turn(areas);
}

// That a machine goes on, or that faults heal, is told by their faults already.
bool repeats_faults(const Candidate& candidate) {
  const auto area = area_of(candidate.moment.kind);
  return area == "node" || area == "fault";
}

// What the world outside the machines says: how far the run has come.
Queue phases(const std::vector<Candidate>& candidates) {
  Queue out;
  for (const auto& candidate : candidates) {
    if (candidate.moment.role == Role::event && candidate.moment.node.empty() &&
        !repeats_faults(candidate)) {
      out.push_back(&candidate);
    }
  }
  return out;
}

// What speaks, after the first of the scenario's own faults, of what those faults are about.
Queue aftermath(const std::vector<Candidate>& candidates) {
  Queue out;
  bool struck = false;
  for (const auto& candidate : candidates) {
    struck = struck || (candidate.moment.role == Role::fault && strikes_on_a_fact(candidate));
    if (struck && candidate.is_of_interest) out.push_back(&candidate);
  }
  return out;
}

// What followed each fault until the next one struck, each kind once; one of each fault in turn.
Queue responses(const std::vector<Candidate>& candidates) {
  std::vector<Queue> after;
  std::set<std::string_view> heard;
  for (const auto& candidate : candidates) {
    if (candidate.moment.role == Role::fault) {
      after.emplace_back();
      heard.clear();
    } else if (candidate.moment.role == Role::event && !after.empty() &&
               !candidate.moment.node.empty() && !repeats_faults(candidate) &&
               heard.insert(candidate.moment.kind).second) {
      after.back().push_back(&candidate);
    }
  }
  return one_of_each_in_turn(after);
}

// What breaks the longest silence first.
Queue surprises(const std::vector<Candidate>& candidates) {
  Queue out;
  for (const auto& candidate : candidates) {
    if (candidate.moment.role == Role::event && !repeats_faults(candidate))
      out.push_back(&candidate);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Candidate* a, const Candidate* b) { return a->quiet > b->quiet; });
  return out;
}

// Takes candidates by rank until the limit is reached.
class Choice {
 public:
  explicit Choice(std::size_t limit) : limit_(limit) {}

  void take(const Queue& queue, std::size_t share) {
    for (const auto* candidate : queue) {
      if (share == 0 || chosen_.size() >= limit_) return;
      if (chosen_.insert(candidate->order).second) --share;
    }
  }
  bool has(const Candidate& candidate) const { return chosen_.count(candidate.order) > 0; }

 private:
  std::size_t limit_;
  std::set<std::size_t> chosen_;
};

// The chosen moments in order. Faults that were passed over are counted at the fault before them.
std::vector<Moment> told(const std::vector<Candidate>& candidates, const Choice& choice) {
  std::vector<Moment> story;
  std::size_t last_fault = 0;
  bool any_fault = false;
  for (const auto& candidate : candidates) {
    const auto& moment = candidate.moment;
    if (choice.has(candidate)) {
      if (moment.role == Role::fault) {
        last_fault = story.size();
        any_fault = true;
      }
      story.push_back(moment);
    } else if (moment.role == Role::fault && any_fault) {
      ++story[last_fault].folded;
      story[last_fault].folded_until = moment.at;
    }
  }
  return story;
}

}  // namespace

std::vector<Moment> tell(const RunReport& report, std::size_t limit) {
  const auto candidates = Candidates(report).gather();
  Choice choice(limit);
  choice.take(ends_first(of_role(candidates, Role::proof)), limit);
  choice.take(faults_by_weight(candidates), limit / 3);
  choice.take(ends_first(of_role(candidates, Role::error)), limit / 6);
  choice.take(phases(candidates), limit / 6);
  const auto about_faults = aftermath(candidates);
  if (about_faults.empty()) {
    choice.take(responses(candidates), limit / 3);
  } else {
    choice.take(about_faults, limit / 4);
  }
  choice.take(firsts_in_turn(candidates), limit / 4);
  choice.take(surprises(candidates), limit);
  choice.take(firsts_in_turn(candidates), limit);
  choice.take(faults_by_weight(candidates), limit);
  return told(candidates, choice);
}

std::vector<Moment> tell_violation(const RunReport& report, const Violation& violation,
                                   std::size_t limit) {
  const Interest interest(report, violation);
  const StatedFaults stated(report);
  const std::set<sim::EventId> proofs(violation.facts.begin(), violation.facts.end());
  std::set<sim::EventId> causes;
  const auto* proof = proof_of(report, violation);
  if (interest.is_empty() && proof != nullptr) {
    for (const auto& link : causes_of(report, proof->id, limit)) causes.insert(link.fact->id);
  }
  std::vector<Candidate> found;
  bool struck = false;
  for (const auto& fact : report.facts) {
    if (fact.at > violation.at) break;
    const auto add = [&](Moment moment) { found.push_back({std::move(moment), found.size()}); };
    const bool is_told = fact.level >= sim::Level::info && !stated.repeats(fact);
    const auto area = area_of(fact.kind);
    if (const auto* fault = stated.find(fact.id)) {
      struck = true;
      add(moment_of(report, *fault));
    } else if (proofs.contains(fact.id)) {
      add(moment_of(fact, Role::proof));
    } else if (is_told && area != "node" && area != "fault") {
      const bool is_near = interest.is_in(fact.sentence) || causes.contains(fact.id);
      if (is_near) add(moment_of(fact, Role::event));
    } else if (is_told && struck) {
      add(moment_of(fact, Role::event));
    }
  }
  const auto last_first = [](Queue queue) {
    std::reverse(queue.begin(), queue.end());
    return queue;
  };
  Choice choice(limit);
  choice.take(ends_first(of_role(found, Role::proof)), limit);
  choice.take(last_first(of_role(found, Role::fault)), limit);
  choice.take(last_first(of_role(found, Role::event)), limit);
  return told(found, choice);
}

}  // namespace logquake::report
