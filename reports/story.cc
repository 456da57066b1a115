#include "reports/story.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "sim/base/format.h"

namespace logquake::report {
namespace {

using Role = Moment::Role;

// A fact or fault that may be told. `order` sorts the story; it is unique.
struct Candidate {
  Moment moment;
  std::size_t order = 0;
  int fault = -1;  // index of the fault it follows from
  int depth = 0;   // how many causes lie between
};

std::string_view area_of(std::string_view kind) { return kind.substr(0, kind.find('.')); }

Moment moment_of(const StruckFault& fault) {
  return {.role = Role::fault,
          .at = fault.at,
          .fact = fault.fact,
          .node = fault.node,
          .kind = {},
          .sentence =
              fault.when.empty() ? fault.sentence : format("{} ({})", fault.sentence, fault.when)};
}

// Gathers the candidates in the order of the story and finds, along the causes, which fault each
// follows from.
class Candidates {
 public:
  explicit Candidates(const RunReport& report) : report_(report) {
    for (std::size_t index = 0; index < report.faults.size(); ++index) {
      if (report.faults[index].fact != sim::EventId())
        stated_.emplace(report.faults[index].fact, static_cast<int>(index));
    }
    for (const auto& violation : report.violations)
      proofs_.insert(violation.facts.begin(), violation.facts.end());
    gather();
  }

  std::vector<Candidate> list;

 private:
  struct Origin {
    int fault = -1;
    int depth = 0;
  };

  void gather() {
    std::vector<Origin> origins;
    origins.reserve(report_.facts.size());
    for (const auto& fact : report_.facts) {
      add_unstated_until(fact.at);
      origins.push_back(origin_of(fact, origins));
      add(fact, origins.back());
    }
    add_unstated_until(Instant::max());
  }

  Origin origin_of(const sim::RecordedFact& fact, const std::vector<Origin>& origins) const {
    if (const auto at = stated_.find(fact.id); at != stated_.end()) return {at->second, 0};
    const auto* cause = fact.cause < fact.id ? find_fact(report_, fact.cause) : nullptr;
    if (!cause) return {};
    const auto& before = origins[static_cast<std::size_t>(cause - report_.facts.data())];
    return {before.fault, before.depth + 1};
  }

  void add(const sim::RecordedFact& fact, Origin origin) {
    const bool is_proof = proofs_.count(fact.id) > 0;
    Moment moment{.role = is_proof                          ? Role::proof
                          : fact.level == sim::Level::error ? Role::error
                                                            : Role::event,
                  .at = fact.at,
                  .fact = fact.id,
                  .node = fact.node,
                  .kind = fact.kind,
                  .sentence = std::string(said(fact))};
    if (const auto at = stated_.find(fact.id); at != stated_.end()) {
      moment = moment_of(report_.faults[static_cast<std::size_t>(at->second)]);
    } else if (!is_proof && (fact.level < sim::Level::info || says_what_the_fault_says(fact))) {
      return;
    }
    push(std::move(moment), origin);
  }

  // "broker-1 loses power" needs no second line in which broker-1 is down.
  bool says_what_the_fault_says(const sim::RecordedFact& fact) const {
    const auto at = stated_.find(fact.cause);
    return at != stated_.end() && fact.subject.starts_with("node ") &&
           report_.faults[static_cast<std::size_t>(at->second)].at == fact.at;
  }

  void add_unstated_until(Instant at) {
    for (; next_fault_ < report_.faults.size() && report_.faults[next_fault_].at <= at;
         ++next_fault_) {
      const auto& fault = report_.faults[next_fault_];
      if (fault.fact == sim::EventId()) push(moment_of(fault), {static_cast<int>(next_fault_), 0});
    }
  }

  void push(Moment moment, Origin origin) {
    list.push_back({.moment = std::move(moment),
                    .order = list.size(),
                    .fault = origin.fault,
                    .depth = origin.depth});
  }

  const RunReport& report_;
  std::map<sim::EventId, int> stated_;
  std::set<sim::EventId> proofs_;
  std::size_t next_fault_ = 0;
};

using Queue = std::vector<const Candidate*>;

// First, last, then the rest of `all`, so that a cut keeps both ends.
Queue ends_first(const Queue& all) {
  Queue out;
  if (!all.empty()) out.push_back(all.front());
  if (all.size() > 1) out.push_back(all.back());
  for (std::size_t index = 1; index + 1 < all.size(); ++index) out.push_back(all[index]);
  return out;
}

// The first fact of each kind that follows from each fault, nearest to its fault first.
Queue consequences(const std::vector<Candidate>& candidates) {
  Queue out;
  std::set<std::pair<int, std::string_view>> seen;
  for (const auto& candidate : candidates) {
    if (candidate.moment.role == Role::fault || candidate.fault < 0) continue;
    if (seen.emplace(candidate.fault, candidate.moment.kind).second) out.push_back(&candidate);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Candidate* a, const Candidate* b) { return a->depth < b->depth; });
  return out;
}

// One from each queue in turn, so that every part of the system is heard.
Queue in_turn(const std::vector<Queue>& queues) {
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

// The first fact of each kind, area by area in turn, then the last of each kind that occurred more
// than once.
Queue milestones(const std::vector<Candidate>& candidates) {
  std::map<std::string_view, std::pair<const Candidate*, const Candidate*>> ends;  // by kind
  std::map<std::string_view, std::size_t> area_index;
  std::vector<Queue> firsts;
  for (const auto& candidate : candidates) {
    if (candidate.moment.role == Role::fault) continue;
    auto [at, is_first] = ends.emplace(candidate.moment.kind, std::pair(&candidate, &candidate));
    at->second.second = &candidate;
    if (!is_first) continue;
    const auto area =
        area_index.emplace(area_of(candidate.moment.kind), firsts.size()).first->second;
    if (area == firsts.size()) firsts.emplace_back();
    firsts[area].push_back(&candidate);
  }
  std::vector<Queue> lasts(firsts.size());
  for (std::size_t area = 0; area < firsts.size(); ++area) {
    for (const auto* first : firsts[area]) {
      const auto* last = ends.at(first->moment.kind).second;
      if (last != first) lasts[area].push_back(last);
    }
    std::sort(lasts[area].begin(), lasts[area].end(),
              [](const Candidate* a, const Candidate* b) { return a->order > b->order; });
  }
  Queue out = in_turn(firsts);
  const Queue ending = in_turn(lasts);
  out.insert(out.end(), ending.begin(), ending.end());
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

Queue of_role(const std::vector<Candidate>& candidates, Role role) {
  Queue out;
  for (const auto& candidate : candidates) {
    if (candidate.moment.role == role) out.push_back(&candidate);
  }
  return out;
}

// The chosen moments in order; those passed over are counted at the moment of their kind before
// them.
std::vector<Moment> folded(std::vector<Candidate>& candidates, const Choice& choice) {
  std::vector<Moment> story;
  std::map<std::string, std::size_t> last_of_kind;  // index into story
  for (auto& candidate : candidates) {
    auto& moment = candidate.moment;
    if (choice.has(candidate)) {
      last_of_kind[moment.kind] = story.size();
      story.push_back(std::move(moment));
    } else if (const auto at = last_of_kind.find(moment.kind); at != last_of_kind.end()) {
      auto& told = story[at->second];
      ++told.folded;
      told.folded_until = moment.at;
    }
  }
  return story;
}

}  // namespace

std::vector<Moment> tell(const RunReport& report, std::size_t limit) {
  Candidates candidates(report);
  Choice choice(limit);
  choice.take(ends_first(of_role(candidates.list, Role::proof)), limit);
  choice.take(ends_first(of_role(candidates.list, Role::fault)), limit * 2 / 5);
  choice.take(ends_first(of_role(candidates.list, Role::error)), limit / 5);
  const Queue following = consequences(candidates.list);
  choice.take(following, limit / 4);
  choice.take(milestones(candidates.list), limit);
  choice.take(following, limit);
  return folded(candidates.list, choice);
}

}  // namespace logquake::report
