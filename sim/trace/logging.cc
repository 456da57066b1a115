#include "sim/trace/logging.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

#include "sim/base/format.h"

namespace logquake::sim {
namespace {

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::trace:
      return spdlog::level::trace;
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

class LineSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit LineSink(std::function<void(std::string_view)> write) : write_(std::move(write)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    write_({line.data(), line.size()});
  }
  void flush_() override {}
  std::function<void(std::string_view)> write_;
};

// One logger per simulation, outside spdlog's registry, which is shared by the process.
void attach(Trace& trace, Level least, spdlog::sink_ptr sink) {
  auto logger = std::make_shared<spdlog::logger>("logquake", std::move(sink));
  logger->set_level(level_of(least));
  logger->set_pattern(
      "%-5l %v");  // the simulated time is part of the text: the real one is nobody's business
  trace.subscribe([logger, least](const TraceEvent& event) {
    if (event.type->level < least) return;
    logger->log(level_of(event.type->level),
                format("{:>14} {:<14} {}", to_text(event.at), event.node_name, event.sentence()));
  });
}

}  // namespace

void log_to_stderr(Trace& trace, Level least) {
  attach(trace, least, std::make_shared<spdlog::sinks::stderr_sink_st>());
}

void log_to(Trace& trace, Level least, std::function<void(std::string_view)> write) {
  attach(trace, least, std::make_shared<LineSink>(std::move(write)));
}

}  // namespace logquake::sim
