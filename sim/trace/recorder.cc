#include "sim/trace/recorder.h"

namespace logquake::sim {

Recorder::Recorder(Trace& trace, Level least)
    : facts_(std::make_shared<std::vector<RecordedFact>>()) {
  trace.subscribe([facts = facts_, least](const TraceEvent& event) {
    if (event.type->level >= least) facts->push_back(record_of(event));
  });
}

void Recorder::keep(const TraceEvent& event) {
  if (facts_->empty() || facts_->back().id < event.id) facts_->push_back(record_of(event));
}

}  // namespace logquake::sim
