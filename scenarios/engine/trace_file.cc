#include "scenarios/engine/trace_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "reports/json_report.h"
#include "reports/plain_text.h"
#include "sim/base/describe.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

std::string line_of(const sim::EventLog::Entry& event, const sim::EventLog& log) {
  using Kind = sim::EventLog::Kind;
  std::string what;
  switch (static_cast<Kind>(event.kind)) {
    case Kind::wake:
      what = format(R"("wake","task":{})", json_quoted(report::readable(sim::task_of(event, log))));
      break;
    case Kind::control:
      what = R"("control")";
      break;
    case Kind::delivery:
      what = format(R"("delivery","connection":{})", event.subject);
      break;
    case Kind::datagram:
      what = R"("datagram")";
      break;
  }
  return format(R"({{"id":{},"at_ns":{},"event":{}}})", event.id,
                event.at.time_since_epoch().count(), what);
}

}  // namespace

Result<std::unique_ptr<TraceFile>> TraceFile::create(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "wbe");
  if (file == nullptr)
    return Error{ErrorCode::io_error, format("{}: {}", path, std::strerror(errno))};
  // A line at a time: the last one before a crash is the one that is looked for.
  std::setvbuf(file, nullptr, _IOLBF, 1 << 16);
  return std::unique_ptr<TraceFile>(new TraceFile(path, file));
}

TraceFile::TraceFile(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}

TraceFile::~TraceFile() {
  if (file_ != nullptr) std::fclose(file_);
}

void TraceFile::watch(sim::Simulation& simulation) {
  events_.listener = [this](const sim::EventLog::Entry& event) { write(line_of(event, events_)); };
  simulation.trace().keep_events(events_);
  simulation.trace().subscribe(
      [this](const sim::TraceEvent& event) { write(report::trace_line(sim::record_of(event))); });
}

void TraceFile::write(std::string line) {
  line += '\n';
  if (trouble_ != 0) return;
  if (std::fwrite(line.data(), 1, line.size(), file_) != line.size()) trouble_ = errno;
}

Status TraceFile::close() {
  if (std::fclose(std::exchange(file_, nullptr)) != 0 && trouble_ == 0) trouble_ = errno;
  if (trouble_ == 0) return {};
  const auto code = trouble_ == ENOSPC ? ErrorCode::no_space : ErrorCode::io_error;
  return Error{code, format("{}: {}", path_, std::strerror(trouble_))};
}

}  // namespace logquake::scenario
