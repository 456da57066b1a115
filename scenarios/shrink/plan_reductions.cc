#include "scenarios/shrink/plan_reductions.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "scenarios/shrink/fewer_steps.h"
#include "scenarios/shrink/smaller_values.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

Reduction plan_reduction(Aspect aspect, std::string sentence, std::string subject,
                         std::int64_t rank, sim::FaultPlan plan) {
  return {.aspect = aspect,
          .sentence = std::move(sentence),
          .subject = std::move(subject),
          .rank = rank,
          .plan = std::move(plan),
          .changes = {}};
}

// ---- triggers ----

/// A plan whose triggers are changed one at a time.
class Triggers {
 public:
  explicit Triggers(const sim::FaultPlan& plan) : plan_(plan), numbers_(sim::numbers_of(plan)) {}

  std::vector<Reduction> all() && {
    move_everything();
    close_gaps();
    for (std::size_t at = 0; at < plan_.steps.size(); ++at) {
      const auto& when = plan_.steps[at].when;
      if (const auto* instant = std::get_if<sim::AtInstant>(&when)) round(at, instant->since_start);
      if (const auto* after = std::get_if<sim::AfterStep>(&when)) wait_less(at, *after);
      if (const auto* on = std::get_if<sim::OnFact>(&when)) count_less(at, *on);
    }
    return std::move(found_);
  }

 private:
  std::set<Duration> instants() const {
    std::set<Duration> instants;
    for (const auto& step : plan_.steps) {
      if (const auto* at = std::get_if<sim::AtInstant>(&step.when))
        instants.insert(at->since_start);
    }
    return instants;
  }

  // Whatever strikes at `from` or later strikes `by` earlier.
  sim::FaultPlan earlier(Duration from, Duration by) const {
    auto moved = plan_;
    for (auto& step : moved.steps) {
      auto* at = std::get_if<sim::AtInstant>(&step.when);
      if (at != nullptr && at->since_start >= from) at->since_start -= by;
    }
    return moved;
  }

  void move_everything() {
    const auto all = instants();
    if (all.empty()) return;
    for (const auto first : shorter_durations(*all.begin(), Duration::zero())) {
      const auto by = *all.begin() - first;
      add(format("lets the steps with an instant strike {} earlier", to_text(by)), "first instant",
          first.count(), earlier(*all.begin(), by));
    }
  }

  void close_gaps() {
    const auto all = instants();
    if (all.size() < 2) return;
    auto before = all.begin();
    for (auto at = std::next(before); at != all.end(); before = at, ++at) {
      const auto gap = *at - *before;
      for (const auto smaller : shorter_durations(gap, Duration::zero())) {
        if (smaller == Duration::zero()) continue;  // their order is what the plan says
        add(format("lets what strikes at {} and later strike {} earlier", to_text(*at),
                   to_text(gap - smaller)),
            format("gap before step {}", number_at(*at)), smaller.count(),
            earlier(*at, gap - smaller));
      }
    }
  }

  int number_at(Duration instant) const {
    for (std::size_t at = 0; at < plan_.steps.size(); ++at) {
      const auto* when = std::get_if<sim::AtInstant>(&plan_.steps[at].when);
      if (when != nullptr && when->since_start == instant) return numbers_[at];
    }
    return -1;
  }

  void round(std::size_t at, Duration instant) {
    for (const int digits : {1, 2}) {
      const auto rounder = rounded_down(instant, digits);
      if (instant <= Duration::zero() || rounder == instant) continue;
      change(at, sim::AtInstant{rounder}, "at", rounder.count());
    }
  }

  void wait_less(std::size_t at, const sim::AfterStep& after) {
    for (const auto delay : shorter_durations(after.delay, Duration::zero()))
      change(at, sim::AfterStep{after.step, delay}, "delay", delay.count());
  }

  void count_less(std::size_t at, const sim::OnFact& on) {
    for (const auto occurrence : smaller_numbers(on.occurrence, 1)) {
      auto sooner = on;
      sooner.occurrence = static_cast<int>(occurrence);
      change(at, std::move(sooner), "occurrence", occurrence);
    }
  }

  void change(std::size_t at, sim::Trigger when, std::string_view what, std::int64_t rank) {
    auto changed = plan_;
    changed.steps[at].when = std::move(when);
    const auto& step = changed.steps[at];
    add(format("lets step {} ({}) strike {}", numbers_[at], sim::sentence_of(step.what),
               sim::sentence_of(step.when)),
        format("step {} {}", numbers_[at], what), rank, std::move(changed));
  }

  void add(std::string sentence, std::string subject, std::int64_t rank, sim::FaultPlan plan) {
    found_.push_back(plan_reduction(Aspect::length, std::move(sentence), std::move(subject), rank,
                                    std::move(plan)));
  }

  const sim::FaultPlan& plan_;
  std::vector<int> numbers_;
  std::vector<Reduction> found_;
};

// ---- parameters ----

// From the gentlest; what is drawn explains nothing.
constexpr std::array fates{sim::PowerFate::kept, sim::PowerFate::lost, sim::PowerFate::suffix,
                           sim::PowerFate::torn, sim::PowerFate::drawn};

/// Visits a fault's fields and makes a gentler fault for each way to make one of them gentler.
class Gentler {
 public:
  struct Way {
    std::string field;
    std::int64_t rank;
    sim::Fault fault;
  };

  template <class Kind>
  std::vector<Way> of(const Kind& fault) {
    auto copy = fault;
    copy.io(*this);  // with target_ -1: only looks
    std::vector<Way> ways;
    const auto found = std::move(found_);
    for (std::size_t at = 0; at < found.size(); ++at) {
      auto changed = fault;
      Writer writer{found[at].field, found[at].rank};
      changed.io(writer);
      ways.push_back({found[at].field, found[at].order, std::move(changed)});
    }
    return ways;
  }

  void operator()(std::string_view name, Duration& field) {
    if (name != "for" && name != "by" && name != "gap" && name != "period") return;
    constexpr Duration least = 1ms;
    const bool negative = field < Duration::zero();
    for (const auto shorter : shorter_durations(negative ? -field : field, least))
      add(name, negative ? -shorter.count() : shorter.count(), shorter.count());
  }
  void operator()(std::string_view name, std::int32_t& field) {
    const bool negative = field < 0;
    for (const auto smaller : smaller_numbers(negative ? -field : field, name == "count" ? 1 : 0)) {
      if (smaller > 0) add(name, negative ? -smaller : smaller, smaller);
    }
  }
  void operator()(std::string_view name, sim::PowerFate& field) {
    const auto now = std::find(fates.begin(), fates.end(), field);
    for (auto gentler = fates.begin(); gentler != now; ++gentler)
      add(name, static_cast<std::int64_t>(*gentler), gentler - fates.begin());
  }
  template <class Other>
  void operator()(std::string_view, Other&) {}  // whom it strikes, and what has no direction

 private:
  struct Found {
    std::string field;
    std::int64_t rank;   // the value
    std::int64_t order;  // how gentle
  };
  struct Writer {
    const std::string& wanted;
    std::int64_t value;
    void operator()(std::string_view name, Duration& field) const {
      if (name == wanted) field = Duration(value);
    }
    void operator()(std::string_view name, std::int32_t& field) const {
      if (name == wanted) field = static_cast<std::int32_t>(value);
    }
    void operator()(std::string_view name, sim::PowerFate& field) const {
      if (name == wanted) field = static_cast<sim::PowerFate>(value);
    }
    template <class Other>
    void operator()(std::string_view, Other&) const {}
  };
  void add(std::string_view field, std::int64_t value, std::int64_t order) {
    found_.push_back({std::string(field), value, order});
  }

  std::vector<Found> found_;
};

}  // namespace

std::vector<Reduction> step_reductions(const sim::FaultPlan& plan) {
  std::vector<Reduction> found;
  std::set<std::vector<int>> seen;  // what is left, by numbers
  const auto numbers = sim::numbers_of(plan);
  const auto count = numbers.size();
  for (auto size = count; size > 0; size /= 2) {
    for (auto end = count; end > 0; end -= std::min(size, end)) {
      const auto begin = end - std::min(size, end);
      const std::set<int> dropped(numbers.begin() + static_cast<std::ptrdiff_t>(begin),
                                  numbers.begin() + static_cast<std::ptrdiff_t>(end));
      auto rest = without(plan, dropped);
      if (!seen.insert(sim::numbers_of(rest)).second) continue;
      const auto sentence =
          dropped.size() == 1
              ? format("drops fault step {} ({})", *dropped.begin(),
                       sim::sentence_of(plan.steps[begin].what))
              : format("drops {} fault steps ({})", dropped.size(), list_of(dropped));
      found.push_back(plan_reduction(Aspect::faults, sentence, format("step {}", list_of(dropped)),
                                     0, std::move(rest)));
    }
  }
  return found;
}

std::vector<Reduction> trigger_reductions(const sim::FaultPlan& plan) {
  return Triggers(plan).all();
}

std::vector<Reduction> parameter_reductions(const sim::FaultPlan& plan) {
  std::vector<Reduction> found;
  const auto numbers = sim::numbers_of(plan);
  for (std::size_t at = 0; at < plan.steps.size(); ++at) {
    const auto ways =
        std::visit([](const auto& fault) { return Gentler().of(fault); }, plan.steps[at].what);
    for (const auto& way : ways) {
      auto gentler = plan;
      gentler.steps[at].what = way.fault;
      found.push_back(plan_reduction(
          Aspect::parameters,
          format("makes step {} gentler: {}", numbers[at], sim::sentence_of(way.fault)),
          format("step {} {}", numbers[at], way.field), way.rank, std::move(gentler)));
    }
  }
  return found;
}

}  // namespace logquake::scenario
