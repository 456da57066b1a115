#include "steps_survive.h"

#include "facts.h"
#include "sim/base/format.h"

namespace counter {

using namespace logquake;

namespace {

class StepsSurvive : public scenario::Checker {
 public:
  void on_fact(const sim::TraceEvent& event, scenario::Findings& findings) override {
    if (const auto* step = event.as<StepAcknowledged>()) {
      highest_ = step->value;
      acknowledged_by_ = event.id;
    } else if (const auto* recovered = event.as<PrimaryRecovered>()) {
      ++recoveries_;
      if (recovered->value >= highest_) return;
      findings.violation("R-INV-1",
                         format("step {} was acknowledged, and the primary goes on at {}", highest_,
                                recovered->value),
                         {acknowledged_by_, event.id});
    }
  }

  void at_end(const scenario::Ending&, scenario::Findings& findings) override {
    findings.promise("R-INV-1",
                     format("{} steps survived {} starts of the primary", highest_, recoveries_));
  }

 private:
  std::int64_t highest_ = 0;
  sim::EventId acknowledged_by_;
  std::int64_t recoveries_ = 0;
};

}  // namespace

scenario::CheckerFactory steps_survive() {
  return {"steps-survive", [] { return std::make_unique<StepsSurvive>(); }};
}

}  // namespace counter
