#include "scenarios/shrink/shrink.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "scenarios/engine/concrete.h"
#include "scenarios/shrink/fewer_steps.h"
#include "scenarios/shrink/reduction.h"
#include "scenarios/shrink/setting_reductions.h"
#include "scenarios/shrink/smaller_values.h"
#include "scenarios/shrink/trials.h"
#include "sim/base/format.h"
#include "sim/base/hash.h"

namespace logquake::scenario {
namespace {

using RealClock = std::chrono::steady_clock;

/// The best so far, and the way to a better one.
class Search {
 public:
  Search(Scenario start, const Catalog& catalog, std::uint64_t seed, const ShrinkRequest& request,
         const ShrinkListener& listener)
      : catalog_(catalog),
        request_(request),
        listener_(listener),
        best_(std::move(start)),
        before_(size_of(best_)),
        size_(before_),
        trials_(catalog, best_.asked_for,
                {.seed = seed,
                 .jobs = request.jobs,
                 .patience = request.patience,
                 .most_runs = request.most_runs,
                 .most_cpu = request.most_cpu},
                [this] { return goes_on({}); }) {}

  /// Whether the start fails; then its failure is what is looked for.
  Status begin(const Scenario& asked, std::uint64_t seed) {
    auto trial = trials_.run(best_.document, {});
    is_begun_ = true;
    const auto failure = trial ? failure_of(trial->report) : std::nullopt;
    if (!trial && trials_.is_stopped()) {
      return Error{
          ErrorCode::timed_out,
          format("interrupted before the run of {} under seed {} has ended", asked.name, seed)};
    }
    if (!failure) {
      return Error{ErrorCode::not_found,
                   format("the run of {} under seed {} does not fail", asked.name, seed)};
    }
    failure_ = *failure;
    trial_ = std::move(*trial);
    if (listener_.better) listener_.better(best_, trial_.report);
    return {};
  }

  /// Until nothing is left that could be smaller, or a bound is reached.
  void run() {
    cut();
    for (bool any = true; any && !trials_.is_stopped();) {
      any = false;
      for (const auto aspect : every_aspect) {
        if (!exhaust(aspect)) continue;
        any = true;
        cut();
      }
    }
    end_ = end();
  }

  Shrunk take(std::uint64_t seed) && {
    auto failure = failure_alike(trial_.report, failure_);
    LOGQUAKE_CHECK(failure.has_value(), "the best so far does not fail alike");
    return {.scenario = std::move(best_),
            .seed = seed,
            .failure = std::move(*failure),
            .report = std::move(trial_.report),
            .before = before_,
            .after = size_,
            .taken = std::move(taken_),
            .runs = trials_.runs(),
            .cpu = trials_.cpu(),
            .wall = elapsed(),
            .end = end_};
  }

 private:
  Duration elapsed() const {
    return std::chrono::duration_cast<Duration>(RealClock::now() - start_);
  }

  bool goes_on(std::string news) {
    if (listener_.progress && !listener_.progress({before_, size_, trials_.runs(), trials_.cpu(),
                                                   elapsed(), std::move(news)})) {
      interrupted_ = true;
    }
    is_late_ = is_begun_ && (is_late_ || elapsed() >= request_.time);
    return !interrupted_ && !is_late_;
  }

  ShrinkEnd end() const {
    if (!trials_.is_stopped()) return ShrinkEnd::minimal;
    if (interrupted_) return ShrinkEnd::interrupted;
    if (is_late_) return ShrinkEnd::time;
    return trials_.cpu() >= request_.most_cpu ? ShrinkEnd::cpu : ShrinkEnd::runs;
  }

  TrialLimits limits() const {
    // Chosen: candidates differ in what they do besides; one that needs twice as much is no gain.
    // Of a run whose process died nothing is known.
    const auto events = trial_.report.events;
    if (events == 0) return {};
    return {.most_events = events * 2 + 10'000, .under_load = !trial_.was_healed};
  }

  /// What the run itself shows: steps that did not strike, and how long the load had to last.
  void cut() {
    std::vector<Reduction> cuts;
    std::set<int> idle;
    for (const int number : sim::numbers_of(best_.plan)) {
      if (!trial_.struck.contains(number)) idle.insert(number);
    }
    const auto shorter = std::max(shortest_load, rounded_up(trial_.load_ran + 1ms, 2));
    Reduction both{.aspect = Aspect::faults,
                   .sentence = {},
                   .subject = "cut",
                   .rank = 0,
                   .plan = std::nullopt,
                   .changes = {}};
    if (!idle.empty()) {
      both.plan = without(best_.plan, idle);
      both.sentence = format("drops {} fault step{} that did not strike", idle.size(),
                             idle.size() == 1 ? "" : "s");
    }
    if (shorter < best_.length) {
      both.changes.push_back({"length", Value::of_text(logquake::to_text(shorter))});
      both.sentence +=
          format("{}ends the load after {}", idle.empty() ? "" : ", ", logquake::to_text(shorter));
    }
    if (both.sentence.empty()) return;
    cuts.push_back(std::move(both));
    static_cast<void>(take_first(cuts));
  }

  /// Takes reductions of one aspect until none is left that keeps the failure.
  bool exhaust(Aspect aspect) {
    bool any = false;
    std::map<std::string, std::int64_t> refused;  // the least ambitious rank that was, by subject
    while (!trials_.is_stopped()) {
      auto candidates = reductions_of(best_, aspect);
      std::erase_if(candidates, [&refused](const Reduction& reduction) {
        const auto found = refused.find(reduction.subject);
        return found != refused.end() && reduction.rank <= found->second;
      });
      const auto taken = take_first(candidates);
      const auto judged = taken ? *taken : candidates.size();
      for (std::size_t at = 0; at < judged; ++at) {
        const auto& reduction = candidates[at];
        const auto [place, is_new] = refused.emplace(reduction.subject, reduction.rank);
        if (!is_new) place->second = std::max(place->second, reduction.rank);
      }
      if (!taken) break;
      any = true;
    }
    return any;
  }

  /// Takes the first that keeps the failure; its position, or nothing.
  std::optional<std::size_t> take_first(const std::vector<Reduction>& candidates) {
    std::vector<Value> documents;
    std::vector<std::size_t> positions;
    for (std::size_t at = 0; at < candidates.size(); ++at) {
      auto document = reduced(candidates[at], best_);
      const auto hash = hash64(canonical_text(document));
      if (refused_.contains(hash) || hash == best_.content_hash()) continue;
      documents.push_back(std::move(document));
      positions.push_back(at);
    }
    if (documents.empty()) return std::nullopt;
    const auto found = trials_.first_that_fails(documents, failure_, limits());
    if (!found && trials_.is_stopped()) return std::nullopt;
    const auto rejected = found ? found->index : documents.size();
    for (std::size_t at = 0; at < rejected; ++at)
      refused_.insert(hash64(canonical_text(documents[at])));
    if (!found) return std::nullopt;
    Problems problems(best_.asked_for);
    auto better =
        read_scenario(std::move(documents[found->index]), best_.asked_for, catalog_, {}, problems);
    LOGQUAKE_CHECK(better.has_value(), "a candidate that ran cannot be read");
    best_ = std::move(*better);
    trial_ = std::move(found->trial);
    size_ = size_of(best_);
    const auto position = positions[found->index];
    taken_.push_back(candidates[position].sentence);
    if (listener_.better) listener_.better(best_, trial_.report);
    if (!goes_on(candidates[position].sentence)) trials_.stop();
    return position;
  }

  const Catalog& catalog_;
  ShrinkRequest request_;
  const ShrinkListener& listener_;
  RealClock::time_point start_ = RealClock::now();
  Scenario best_;
  ScenarioSize before_;
  ScenarioSize size_;
  Failure failure_;
  Trial trial_;  // of the best
  std::vector<std::string> taken_;
  std::set<std::uint64_t> refused_;  // hashes of documents that did not fail alike
  ShrinkEnd end_ = ShrinkEnd::minimal;
  bool is_begun_ = false;  // before that the time does not count: there is nothing to give yet
  bool interrupted_ = false;
  bool is_late_ = false;
  Trials trials_;
};

}  // namespace

ScenarioSize size_of(const Scenario& scenario) {
  return {.steps = static_cast<std::int64_t>(scenario.plan.steps.size()),
          .operations = operations_of(scenario),
          .length = scenario.length};
}

std::string to_text(const ScenarioSize& size) {
  return format("{} fault step{}, {} operation{} in {}", size.steps, size.steps == 1 ? "" : "s",
                size.operations, size.operations == 1 ? "" : "s", logquake::to_text(size.length));
}

std::string unfinished_text(const Shrunk& shrunk) {
  const auto why = [&shrunk]() -> std::string {
    const auto whole = [](Duration duration) {
      return logquake::to_text(std::chrono::duration_cast<std::chrono::seconds>(duration));
    };
    switch (shrunk.end) {
      case ShrinkEnd::minimal:
        return {};
      case ShrinkEnd::runs:
        return format("it had tried {} candidates, as many as it may (--runs)", shrunk.runs);
      case ShrinkEnd::cpu:
        return format("it had used up its CPU time ({} for {} candidates; --cpu)",
                      whole(shrunk.cpu), shrunk.runs);
      case ShrinkEnd::time:
        return format("its real time was over ({} for {} candidates; --time)", whole(shrunk.wall),
                      shrunk.runs);
      case ShrinkEnd::interrupted:
        return format("it was interrupted after {} candidates", shrunk.runs);
    }
    return {};
  }();
  if (why.empty()) return {};
  return format("The search was not at its end: {}. What is left may get smaller still.", why);
}

Result<Shrunk> shrink(const Scenario& scenario, const Catalog& catalog, std::uint64_t seed,
                      const sim::Strategy& strategy, const ShrinkRequest& request,
                      const ShrinkListener& listener) {
  auto start = concrete(scenario, catalog, seed, strategy);
  if (!start) return start.error();
  if (!request.asked_for.empty()) start->asked_for = request.asked_for;
  Search search(std::move(*start), catalog, seed, request, listener);
  if (const auto begun = search.begin(scenario, seed); !begun) return begun.error();
  search.run();
  return std::move(search).take(seed);
}

}  // namespace logquake::scenario
