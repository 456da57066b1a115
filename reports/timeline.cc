#include "reports/timeline.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

#include "reports/interest.h"

namespace logquake::report {
namespace {

constexpr std::size_t too_many_phases = 60;  // chosen: more than can be told apart
constexpr std::size_t most_alike = 2;        // chosen: two partitions of a topic show the pattern
constexpr std::string_view node_prefix = "node ";
constexpr std::string_view own_state_prefix = "state of ";  // see record_of()

NodeSpan::State node_state(std::string_view state) {
  if (state.starts_with("down")) return NodeSpan::State::down;
  if (state.starts_with("paused")) return NodeSpan::State::paused;
  return NodeSpan::State::up;
}

void change_state(NodeLane& lane, NodeSpan::State state, Instant at) {
  if (!lane.spans.empty()) {
    if (lane.spans.back().state == state) return;
    lane.spans.back().to = at;
  }
  lane.spans.push_back({.state = state, .from = at, .to = at});
}

std::size_t slice_of(const Timeline& timeline, Instant at) {
  const auto length = (timeline.end - timeline.begin).count();
  if (length <= 0) return 0;
  const auto passed = std::clamp<std::int64_t>((at - timeline.begin).count(), 0, length);
  const auto width = length / static_cast<std::int64_t>(Timeline::slices) + 1;
  return static_cast<std::size_t>(passed / width);
}

void lay_out_nodes(const RunReport& report, Timeline& timeline) {
  std::map<std::string, std::size_t, std::less<>> lane_of;
  for (const auto& node : report.nodes) {
    lane_of.emplace(node.name, timeline.nodes.size());
    timeline.nodes.push_back({.name = node.name,
                              .group = node.group,
                              .spans = {},
                              .activity = std::vector<std::int64_t>(Timeline::slices)});
  }
  for (const auto& fact : report.facts) {
    if (const auto at = lane_of.find(fact.node); at != lane_of.end()) {
      ++timeline.nodes[at->second].activity[slice_of(timeline, fact.at)];
    }
    if (!fact.subject.starts_with(node_prefix)) continue;
    const auto at = lane_of.find(std::string_view(fact.subject).substr(node_prefix.size()));
    if (at != lane_of.end())
      change_state(timeline.nodes[at->second], node_state(fact.state), fact.at);
  }
  for (auto& lane : timeline.nodes) {
    // A node whose facts were not kept was up all along, for all that is known.
    if (lane.spans.empty())
      lane.spans.push_back({.state = NodeSpan::State::up, .from = timeline.begin, .to = {}});
    lane.spans.back().to = timeline.end;
  }
}

// "partition orders-#".
std::string shape_of(std::string_view subject) {
  std::string shape;
  for (const char c : subject) {
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_digit || shape.empty() || shape.back() != '#') shape += is_digit ? '#' : c;
  }
  return shape;
}

bool is_of_a_node(const SubjectLane& lane) { return lane.subject.starts_with(own_state_prefix); }

// Those of interest; then what the nodes say of themselves, in the nodes' order; then those that
// changed most often, but not all the time, and few of those that are named alike.
std::vector<SubjectLane> choose(std::vector<SubjectLane> lanes, const Interest& interest,
                                std::size_t limit) {
  const auto rank = [&interest](const SubjectLane& lane) {
    const auto phases = static_cast<std::int64_t>(lane.phases.size());
    const bool is_own = is_of_a_node(lane);
    return std::tuple(!interest.is_in(lane.subject), !is_own, lane.phases.size() > too_many_phases,
                      is_own ? 0 : -phases, is_own ? lane.subject : std::string());
  };
  std::stable_sort(lanes.begin(), lanes.end(), [&rank](const SubjectLane& a, const SubjectLane& b) {
    return rank(a) < rank(b);
  });
  std::vector<SubjectLane> chosen;
  std::map<std::string, std::size_t> alike;
  for (auto& lane : lanes) {
    if (chosen.size() == limit) break;
    const bool is_wanted = is_of_a_node(lane) || interest.is_in(lane.subject);
    if (++alike[shape_of(lane.subject)] > most_alike && !is_wanted) continue;
    chosen.push_back(std::move(lane));
  }
  return chosen;
}

void lay_out_subjects(const RunReport& report, Timeline& timeline, std::size_t limit) {
  std::vector<SubjectLane> lanes;
  std::map<std::string_view, std::size_t> lane_of;
  for (const auto& fact : report.facts) {
    if (fact.subject.empty() || fact.state.empty() || fact.subject.starts_with(node_prefix))
      continue;
    // What only the protocol follows (an offset that moves on) would drown the states that a person
    // follows.
    if (fact.level < sim::Level::info) continue;
    const auto [at, is_new] = lane_of.emplace(fact.subject, lanes.size());
    if (is_new) lanes.push_back({.subject = fact.subject, .phases = {}});
    auto& phases = lanes[at->second].phases;
    if (!phases.empty()) {
      if (phases.back().state == fact.state) continue;
      phases.back().to = fact.at;
    }
    phases.push_back({.state = fact.state, .from = fact.at, .to = timeline.end, .fact = fact.id});
  }

  timeline.subjects = choose(std::move(lanes), Interest(report), limit);
  timeline.subjects_left_out = lane_of.size() - timeline.subjects.size();
}

}  // namespace

Timeline lay_out(const RunReport& report, const std::vector<Moment>& story,
                 std::size_t subject_limit) {
  Timeline timeline;
  timeline.end = Instant(report.simulated);
  if (!report.facts.empty()) timeline.end = std::max(timeline.end, report.facts.back().at);
  lay_out_nodes(report, timeline);
  lay_out_subjects(report, timeline, subject_limit);
  for (const auto& moment : story) {
    const auto lane =
        std::find_if(timeline.nodes.begin(), timeline.nodes.end(),
                     [&moment](const NodeLane& node) { return node.name == moment.node; });
    timeline.marks.push_back({.number = static_cast<int>(timeline.marks.size()) + 1,
                              .lane = lane == timeline.nodes.end()
                                          ? -1
                                          : static_cast<int>(lane - timeline.nodes.begin()),
                              .moment = moment});
  }
  return timeline;
}

}  // namespace logquake::report
