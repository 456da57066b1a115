#include "register_is_atomic.h"

#include <map>

#include "facts.h"
#include "sim/base/format.h"

namespace atomic_register {

using namespace logquake;

namespace {

class RegisterIsAtomic : public scenario::Checker {
 public:
  void on_fact(const sim::TraceEvent& event, scenario::Findings& findings) override {
    if (const auto* write = event.as<WriteBegan>()) {
      highest_begun_ = write->value;
    } else if (const auto* written = event.as<WriteEnded>()) {
      known({written->value, event.id});
    } else if (const auto* began = event.as<ReadBegan>()) {
      at_least_[began->reader] = newest_;
    } else if (const auto* read = event.as<ReadEnded>()) {
      judge(*read, event.id, findings);
      known({read->value, event.id});
    }
  }

  void at_end(const scenario::Ending&, scenario::Findings& findings) override {
    findings.promise("R-REG-1", format("{} reads, each as new as what was known before", reads_));
  }

 private:
  struct Known {
    std::int64_t value = 0;
    sim::EventId fact;  // that made it known
  };

  void known(Known one) {
    if (one.value > newest_.value) newest_ = one;
  }

  void judge(const ReadEnded& read, sim::EventId fact, scenario::Findings& findings) {
    ++reads_;
    const Known& before = at_least_[read.reader];
    if (read.value < before.value) {
      findings.violation("R-REG-1",
                         format("{} reads {}, although {} was known before it began", read.reader,
                                read.value, before.value),
                         {before.fact, fact});
    } else if (read.value > highest_begun_) {
      findings.violation("R-REG-1",
                         format("{} reads {}, which nobody wrote", read.reader, read.value));
    }
  }

  std::int64_t highest_begun_ = 0;
  Known newest_;                           // of all writes and reads that have ended
  std::map<std::string, Known> at_least_;  // what was known when each reader's read began
  std::int64_t reads_ = 0;
};

}  // namespace

scenario::CheckerFactory register_is_atomic() {
  return {"register-is-atomic", [] { return std::make_unique<RegisterIsAtomic>(); }};
}

}  // namespace atomic_register
