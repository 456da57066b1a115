#include "scenarios/kafka/checkers/log_bounds.h"

#include <memory>

#include "models/broker/facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

class LogStartWithinWatermark : public Checker {
 public:
  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    const auto* moved = event.as<kafka::LogStartMoved>();
    if (moved == nullptr) return;
    ++moves_;
    if (moved->log_start <= moved->high_watermark) return;
    findings.violation(
        "K-INV-8",
        format("{}: the log of broker {} begins at {} now, beyond its high "
               "watermark {}",
               moved->partition, moved->broker, moved->log_start, moved->high_watermark));
  }
  void at_end(const Ending&, Findings& findings) override {
    findings.promise("K-INV-8",
                     format("{} moves of log starts, none beyond a high watermark", moves_));
  }

 private:
  std::int64_t moves_ = 0;
};

}  // namespace

CheckerFactory log_start_within_watermark() {
  return {"log-start-within-watermark", [] { return std::make_unique<LogStartWithinWatermark>(); }};
}

}  // namespace logquake::scenario
