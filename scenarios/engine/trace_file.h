// trace.jsonl while the run runs: every fact of every level and every event of the kernel, a line
// each. `logquake schema trace` promises the lines' shape.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "sim/base/result.h"
#include "sim/simulation.h"

namespace logquake::scenario {

/// Writes a run as it happens and keeps nothing in memory; what is written is in the file even
/// where the process dies with the next event.
class TraceFile {
 public:
  /// Errors: io_error: the file cannot be created.
  static Result<std::unique_ptr<TraceFile>> create(const std::string& path);
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;
  ~TraceFile();

  /// Writes what happens from now on. The simulation must not outlive this.
  void watch(sim::Simulation& simulation);
  /// After the run. Errors: no_space, io_error: some of the lines are missing.
  Status close();
  const std::string& path() const { return path_; }

 private:
  TraceFile(std::string path, std::FILE* file);
  void write(std::string line);

  std::string path_;
  std::FILE* file_;
  int trouble_ = 0;  // the first errno
  sim::EventLog events_;
};

}  // namespace logquake::scenario
