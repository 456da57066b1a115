#include "scenarios/engine/event_story.h"

#include <algorithm>
#include <map>
#include <optional>
#include <type_traits>

#include "reports/plain_text.h"
#include "sim/base/describe.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using Line = EventStory::Line;

constexpr std::size_t most_causes = 16;  // chosen: longer chains repeat themselves
constexpr std::size_t most_led_to = 6;

Line line_of(const sim::RecordedFact& fact) {
  return {fact.id, fact.cause, fact.at, fact.node, fact.kind, fact.sentence};
}

bool comes_before(const Line& left, const Line& right) { return left.id < right.id; }

/// How long the fault lasts: zero until healed, nothing where it strikes and is over.
std::optional<Duration> lasting(const sim::Fault& fault) {
  std::optional<Duration> found;
  std::visit(
      [&found](auto fields) {
        auto look = [&found](std::string_view name, const auto& field) {
          if constexpr (std::is_same_v<std::decay_t<decltype(field)>, Duration>) {
            if (name == "for") found = field;
          }
        };
        fields.io(look);
      },
      fault);
  return found;
}

std::vector<EventStory::FaultThen> faults_at(const RunResult& result, const Line& event) {
  std::vector<EventStory::FaultThen> faults;
  const auto healed_in_between = [&](sim::EventId struck) {
    return std::any_of(result.report.facts.begin(), result.report.facts.end(),
                       [&](const sim::RecordedFact& fact) {
                         return fact.kind == "fault.healed" && fact.id > struck &&
                                fact.id <= event.id && fact.sentence.starts_with("all faults heal");
                       });
  };
  for (const auto& struck : result.struck) {
    if (struck.id > event.id || healed_in_between(struck.id)) continue;
    // What the plan does not have has struck at the run's own order, and no step says how long.
    const auto* step = sim::find_step(result.plan, struck.step);
    const auto duration = step != nullptr ? lasting(step->what) : std::nullopt;
    std::string how;
    if (duration && *duration == Duration::zero()) how = "until healed";
    if (duration && *duration > Duration::zero()) {
      if (struck.at + *duration <= event.at) continue;
      how = format("until {}", report::seconds_text(struck.at + *duration));
    }
    faults.push_back({struck.sentence, struck.at, how});
  }
  return faults;
}

std::vector<std::string> not_up_at(const RunResult& result, sim::EventId event) {
  constexpr std::string_view machine = "node ";
  std::map<std::string, std::string> states;
  for (const auto& fact : result.report.facts) {
    if (fact.id > event) break;
    if (fact.kind.starts_with("node.") && fact.subject.starts_with(machine))
      states[fact.subject.substr(machine.size())] = fact.state;
  }
  std::vector<std::string> not_up;
  for (const auto& [node, state] : states) {
    if (state != "up") not_up.push_back(format("{} is {}", node, state));
  }
  return not_up;
}

std::string told(const Line& line, std::string_view mark) {
  return format("{} {:>9} {:>14}  {}{}\n", mark, line.id, to_text(line.at),
                report::readable(line.node.empty() ? line.sentence
                                                   : format("{}: {}", line.node, line.sentence)),
                line.kind.empty() ? "" : format("  [{}]", line.kind));
}

std::string left_out(const Line& line) {
  return line.skipped == 0 ? std::string()
                           : format("{:28}…{} like it\n", "", report::grouped(line.skipped));
}

std::string section(std::string_view title, const std::vector<Line>& lines) {
  if (lines.empty()) return {};
  auto text = format("\n{}\n", title);
  for (const auto& line : lines) text += left_out(line) + told(line, " ");
  return text;
}

std::string as_json(const Line& line) {
  const auto quoted = [](std::string_view text) { return json_quoted(report::readable(text)); };
  return format(
      R"({{"id":{},"cause":{},"at_ns":{},"node":{},"kind":{},"sentence":{},"skipped":{}}})",
      line.id, line.cause, line.at.time_since_epoch().count(), quoted(line.node), quoted(line.kind),
      quoted(line.sentence), line.skipped);
}

std::string as_json(const std::vector<Line>& lines) {
  std::string text = "[";
  for (const auto& line : lines) text += (text.size() == 1 ? "" : ", ") + as_json(line);
  return text + "]";
}

}  // namespace

void EventWitness::watch(sim::Simulation& simulation) {
  log_.listener = [this](const sim::EventLog::Entry& event) {
    if (event.id > event_ && std::count_if(near_.begin(), near_.end(), [this](const Line& line) {
                               return line.id > event_;
                             }) >= std::ptrdiff_t{events})
      return;
    near_.push_back({event.id, {}, event.at, {}, {}, sim::sentence_of(event, log_)});
    if (event.id < event_ && near_.size() > events) near_.pop_front();
  };
  simulation.trace().keep_events(log_);
}

Result<EventStory> EventWitness::story(const RunResult& result) const {
  const auto& report = result.report;
  if (event_.value() < 1 || event_.value() > report.events) {
    return Error{
        ErrorCode::invalid_argument,
        format("the run has no event {}: it has {}, numbered from 1", event_, report.events)};
  }
  EventStory story;
  const auto here = std::find_if(near_.begin(), near_.end(),
                                 [this](const Line& line) { return line.id == event_; });
  if (const auto* fact = report::find_fact(report, event_)) {
    story.event = line_of(*fact);
    for (const auto& link : report::causes_of(report, event_, most_causes)) {
      auto line = line_of(*link.fact);
      line.skipped = link.skipped;
      if (link.fact->id == event_) {
        story.event = std::move(line);
      } else {
        story.causes.push_back(std::move(line));
      }
    }
  } else if (here != near_.end()) {
    story.event = *here;
  } else {
    return Error{ErrorCode::invalid_argument, format("event {} was not kept", event_)};
  }

  const auto next =
      std::lower_bound(report.facts.begin(), report.facts.end(), event_,
                       [](const sim::RecordedFact& fact, sim::EventId id) { return fact.id < id; });
  for (auto at = next - std::min(next - report.facts.begin(), std::ptrdiff_t{facts}); at != next;
       ++at)
    story.before.push_back(line_of(*at));
  for (auto at = next; at != report.facts.end() && story.after.size() < facts; ++at) {
    if (at->id != event_) story.after.push_back(line_of(*at));
  }
  for (auto at = next; at != report.facts.end() && story.led_to.size() < most_led_to; ++at) {
    if (at->cause == event_) story.led_to.push_back(line_of(*at));
  }
  for (const auto& line : near_) {
    if (line.id < event_) story.before.push_back(line);
    if (line.id > event_) story.after.push_back(line);
  }
  std::sort(story.before.begin(), story.before.end(), comes_before);
  std::sort(story.after.begin(), story.after.end(), comes_before);
  story.faults = faults_at(result, story.event);
  story.not_up = not_up_at(result, event_);
  return story;
}

std::string to_text(const EventStory& story) {
  auto text = section("What led to it, each caused by the one before", story.causes);
  if (!text.empty()) text = text.substr(1) + left_out(story.event);
  text += section("Shortly before", story.before);
  text += format("\nEvent {}\n{}", story.event.id, told(story.event, ">"));
  text += section("What it led to", story.led_to);
  text += section("Shortly after", story.after);
  text += "\nFaults in force\n";
  for (const auto& fault : story.faults) {
    text += format("  ! {:>9}  {}{}\n", report::seconds_text(fault.since),
                   report::readable(fault.sentence),
                   fault.how.empty() ? "" : format(" ({})", fault.how));
  }
  if (story.faults.empty()) text += "  none\n";
  for (const auto& node : story.not_up) text += format("    {}\n", report::readable(node));
  return text;
}

std::string to_json(const EventStory& story) {
  const auto quoted = [](std::string_view text) { return json_quoted(report::readable(text)); };
  std::string faults;
  for (const auto& fault : story.faults) {
    faults +=
        format(R"({}{{"sentence": {}, "since_ns": {}, "how": {}}})", faults.empty() ? "" : ", ",
               quoted(fault.sentence), fault.since.time_since_epoch().count(), quoted(fault.how));
  }
  std::string not_up;
  for (const auto& node : story.not_up) not_up += (not_up.empty() ? "" : ", ") + quoted(node);
  return format(
      "{{\n  \"event\": {},\n  \"causes\": {},\n  \"led_to\": {},\n  \"before\": {},\n  \"after\": "
      "{},\n  \"faults\": [{}],\n  \"not_up\": [{}]\n}}\n",
      as_json(story.event), as_json(story.causes), as_json(story.led_to), as_json(story.before),
      as_json(story.after), faults, not_up);
}

}  // namespace logquake::scenario
