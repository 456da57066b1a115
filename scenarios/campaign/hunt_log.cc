#include "scenarios/campaign/hunt_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

Error corrupt(std::size_t line, std::string_view why) {
  return {ErrorCode::corrupt, format("hunt.jsonl:{}: {}", line, why)};
}

Error trouble(const std::string& path, const char* deed) {
  const auto code = errno == ENOSPC ? ErrorCode::no_space : ErrorCode::io_error;
  return {code, format("{}: cannot {}: {}", path, deed, std::strerror(errno))};
}

Status write_fully(int file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const auto put = ::write(file, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return trouble(path, "write");
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

/// What is wrong with a run's place, or nothing.
std::string misplaced(const Campaign& campaign, const HuntedRun& run,
                      const std::optional<std::size_t>& scenario) {
  if (!scenario) {
    return format("a run of {} ({}), which the campaign has not", run.scenario, run.content_hash);
  }
  if (run.seed < campaign.first || (campaign.last && run.seed > *campaign.last)) {
    return format("seed {} is not one of the campaign's", run.seed);
  }
  if (!campaign.shard.owns(run.seed)) {
    return format("seed {} does not belong to shard {}", run.seed, to_string(campaign.shard));
  }
  return {};
}

}  // namespace

Result<HuntLog> parse_hunt_log(std::string_view text,
                               const std::function<void(const HuntedRun&)>& seen) {
  HuntLog log;
  std::set<RunPlace> places;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    if (end == std::string_view::npos) break;  // torn
    const auto line = text.substr(begin, end - begin);
    ++number;
    if (number == 1) {
      auto campaign = parse_campaign(line);
      if (!campaign) return corrupt(number, campaign.error().message);
      log.campaign = std::move(*campaign);
    } else {
      const auto run = parse_hunted_run(line);
      if (!run) return corrupt(number, run.error().message);
      const auto scenario = log.campaign.find(run->content_hash);
      if (const auto why = misplaced(log.campaign, *run, scenario); !why.empty()) {
        return corrupt(number, why);
      }
      const RunPlace place{run->seed, *scenario};
      if (!places.insert(place).second) {
        return corrupt(number, format("seed {} of {} comes twice", run->seed, run->scenario));
      }
      log.runs.push_back({place, run->verdict, begin, line.size()});
      if (seen) seen(*run);
    }
    begin = end + 1;
    log.bytes = begin;
  }
  if (number == 0) return corrupt(1, "expected a line that names the campaign");
  return log;
}

std::string sorted_log(const Campaign& campaign, std::vector<LoggedRun> runs,
                       std::string_view text) {
  std::sort(runs.begin(), runs.end(), [](const LoggedRun& left, const LoggedRun& right) {
    return std::pair(left.place.scenario, left.place.seed) <
           std::pair(right.place.scenario, right.place.seed);
  });
  auto sorted = to_line(campaign) + "\n";
  for (const auto& run : runs) {
    sorted += text.substr(run.begin, run.size);
    sorted += '\n';
  }
  return sorted;
}

Result<HuntLogWriter> HuntLogWriter::open(const std::string& directory) {
  const auto path = directory + "/hunt.jsonl";
  const int runs_file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (runs_file < 0) return trouble(path, "open it");
  const int timings_file = ::open((directory + "/timings.jsonl").c_str(),
                                  O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  HuntLogWriter writer(path, runs_file, timings_file);
  if (timings_file < 0) return trouble(directory + "/timings.jsonl", "open it");
  // Belongs to this process alone, not to its children, and ends with it however it dies.
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(runs_file, F_SETLK, &lock) != 0) {
    return Error{ErrorCode::fenced, format("{}: another hunt writes there", directory)};
  }
  if (::lseek(runs_file, 0, SEEK_END) < 0) return trouble(path, "append to it");
  return writer;
}

HuntLogWriter::HuntLogWriter(std::string path, int runs_file, int timings_file)
    : path_(std::move(path)), runs_file_(runs_file), timings_file_(timings_file) {}

HuntLogWriter::HuntLogWriter(HuntLogWriter&& other) noexcept
    : path_(std::move(other.path_)),
      runs_file_(std::exchange(other.runs_file_, -1)),
      timings_file_(std::exchange(other.timings_file_, -1)),
      runs_(std::move(other.runs_)),
      timings_(std::move(other.timings_)) {}

HuntLogWriter::~HuntLogWriter() {
  if (runs_file_ >= 0) ::close(runs_file_);
  if (timings_file_ >= 0) ::close(timings_file_);
}

Status HuntLogWriter::cut_to(std::size_t bytes) {
  if (::ftruncate(runs_file_, static_cast<off_t>(bytes)) != 0 ||
      ::lseek(runs_file_, 0, SEEK_END) < 0) {
    return trouble(path_, "cut it to its whole lines");
  }
  return {};
}

void HuntLogWriter::append(const std::string& run, const std::string& timing) {
  runs_ += run;
  runs_ += '\n';
  timings_ += timing;
  timings_ += '\n';
}

Status HuntLogWriter::sync() {
  if (runs_.empty()) return {};
  // What is written to a file without a name nobody will read; another hunt may have the name now.
  struct stat written_to {};
  if (::fstat(runs_file_, &written_to) != 0) return trouble(path_, "look at it");
  if (written_to.st_nlink == 0)
    return Error{ErrorCode::io_error, format("{}: was removed while the hunt ran", path_)};
  if (auto written = write_fully(runs_file_, runs_, path_); !written) return written;
  if (::fdatasync(runs_file_) != 0) return trouble(path_, "sync");
  runs_.clear();
  // Times may be lost; the runs they belong to may not.
  auto written = write_fully(timings_file_, timings_, "timings.jsonl");
  timings_.clear();
  return written;
}

}  // namespace logquake::scenario
