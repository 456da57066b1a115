// hunt.jsonl: the campaign in the first line, then one run a line, appended and synced while the
// hunt goes on, sorted when it is complete. Beside it timings.jsonl, which nothing depends on.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/campaign/campaign.h"
#include "scenarios/campaign/hunted_run.h"
#include "sim/base/result.h"

namespace logquake::scenario {

/// Where a run's line is in the text of a log.
struct LoggedRun {
  RunPlace place;
  report::Verdict verdict = report::Verdict::passed;
  std::size_t begin = 0;
  std::size_t size = 0;  // without its line break
};

/// What a log says. Its text is kept by whoever read it.
struct HuntLog {
  Campaign campaign;
  std::vector<LoggedRun> runs;  // in the order of the file
  std::size_t bytes = 0;        // of whole lines; behind them is what a dying writer left
};

/// Reads a log and calls `seen`, where there is one, with each run. A last line without a line
/// break is torn: its run counts as not done. Errors: corrupt, with the line and what was expected:
/// no campaign, no JSON, a run that is not of the campaign or its shard, a run that comes twice.
Result<HuntLog> parse_hunt_log(std::string_view text,
                               const std::function<void(const HuntedRun&)>& seen = {});

/// The log of a complete campaign: the campaign's line, then each of the runs in the order of
/// scenarios and seeds. `text` is what parse_hunt_log() read.
std::string sorted_log(const Campaign& campaign, std::vector<LoggedRun> runs,
                       std::string_view text);

/// Appends to both files of a directory. One process at a time.
class HuntLogWriter {
 public:
  /// Opens `directory`/hunt.jsonl, which is there already, and keeps others out. What is in it must
  /// be read afterwards. Errors: io_error; fenced: another process writes there.
  static Result<HuntLogWriter> open(const std::string& directory);
  HuntLogWriter(HuntLogWriter&& other) noexcept;
  HuntLogWriter& operator=(HuntLogWriter&&) = delete;
  ~HuntLogWriter();  // what was not synced is lost

  /// Forgets what is behind the first `bytes`. Errors: io_error.
  Status cut_to(std::size_t bytes);
  /// Takes a line; it is in the file after the next sync().
  void append(const std::string& run, const std::string& timing);
  bool has_news() const { return !runs_.empty(); }
  /// Everything appended so far is on the disk when this returns. Errors: io_error (also where
  /// somebody has removed the file), no_space: the file may end in a torn line.
  Status sync();

 private:
  HuntLogWriter(std::string path, int runs_file, int timings_file);
  std::string path_;
  int runs_file_;
  int timings_file_;
  std::string runs_;
  std::string timings_;
};

}  // namespace logquake::scenario
