// Where each thing of a run is drawn: lanes of nodes, states of subjects, marks. Pure layout, no
// pixels.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/run_report.h"
#include "reports/story.h"

namespace logquake::report {

/// What a machine was doing, as the kernel's facts about "node NAME" say.
struct NodeSpan {
  enum class State : std::uint8_t { up, paused, down };
  State state = State::up;
  Instant from{};
  Instant to{};
};

/// A machine's line.
struct NodeLane {
  std::string name;
  std::string group;
  std::vector<NodeSpan> spans;         // without gaps, in order
  std::vector<std::int64_t> activity;  // facts stated per slice of time; Timeline::slices of them
};

/// One state of something the models speak of: "leader 2, epoch 5".
struct Phase {
  std::string state;
  Instant from{};
  Instant to{};
  sim::EventId fact;
};

/// The line of a subject, "partition orders-0", as facts of level info and above tell it.
struct SubjectLane {
  std::string subject;
  std::vector<Phase> phases;
};

/// A numbered moment of the story. `lane` is the index of its node, or -1 for the world outside.
struct Mark {
  int number = 1;
  int lane = -1;
  Moment moment;
};

struct Timeline {
  static constexpr std::size_t slices = 160;  // chosen: about six pixels each on a page
  Instant begin{};
  Instant end{};
  std::vector<NodeLane> nodes;
  std::vector<SubjectLane> subjects;
  std::size_t subjects_left_out = 0;
  std::vector<Mark> marks;
};

/// Lays out the report with the moments of `story` as marks. Of the subjects at most
/// `subject_limit` are shown: those a violation's facts speak of first, then those that changed
/// most often.
Timeline lay_out(const RunReport& report, const std::vector<Moment>& story,
                 std::size_t subject_limit);

}  // namespace logquake::report
