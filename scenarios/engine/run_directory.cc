#include "scenarios/engine/run_directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "reports/html_report.h"
#include "reports/json_report.h"
#include "scenarios/engine/fault_reader.h"
#include "scenarios/engine/report_reader.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

namespace fs = std::filesystem;

Status write_file(const fs::path& path, const std::string& content) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0)
    return Error{ErrorCode::io_error, format("{}: {}", path.string(), std::strerror(errno))};
  std::string_view rest = content;
  while (!rest.empty()) {
    const auto put = ::write(file, rest.data(), rest.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      const auto code = errno == ENOSPC ? ErrorCode::no_space : ErrorCode::io_error;
      const Error error{code, format("{}: {}", path.string(), std::strerror(errno))};
      ::close(file);
      return error;
    }
    rest.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::close(file) != 0)
    return Error{ErrorCode::io_error, format("{}: {}", path.string(), std::strerror(errno))};
  return {};
}

bool is_ours(const fs::path& path) {
  return fs::exists(path / "result.json") || fs::exists(path / "hunt.json") ||
         fs::exists(path / "hunt.jsonl") || fs::exists(path / "exam.json");
}

Error error_of(const std::error_code& trouble, const fs::path& path) {
  return {ErrorCode::io_error, format("{}: {}", path.string(), trouble.message())};
}

/// Removes the temporary folder unless it has become the real one.
class Temporary {
 public:
  explicit Temporary(fs::path path) : path_(std::move(path)) {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// The armed plan as [[fault]] steps, each under a comment that tells whether and how it struck.
std::string plan_of(const RunResult& result) {
  std::string text;
  for (const auto& setting : result.report.settings) text += format("# setting {}\n", setting);
  if (!text.empty()) text += "\n";
  const bool has_faults = !result.plan.steps.empty();
  const auto numbers = sim::numbers_of(result.plan);
  for (std::size_t at = 0; at < result.plan.steps.size(); ++at) {
    std::string comment = "did not strike";
    for (const auto& struck : result.struck) {
      if (struck.step != numbers[at]) continue;
      comment = format("struck at {}: {}", logquake::to_text(struck.at), struck.sentence);
    }
    sim::FaultPlan step;
    step.steps.push_back(result.plan.steps[at]);
    text += format("{}# step {} {}\n{}", at == 0 ? "" : "\n", numbers[at], comment,
                   to_toml(to_value(step)));
  }
  for (const auto& struck : result.struck) {
    if (struck.step >= 0) continue;
    text += format("\n# for good, at {}: {}\n", logquake::to_text(struck.at), struck.sentence);
  }
  return has_faults ? text : text + "# no faults\n";
}

Result<std::string> read_all(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return Error{ErrorCode::not_found, format("{}: cannot be read", path.string())};
  return std::move(text).str();
}

fs::path target_of(const std::string& path) {
  std::error_code ignored;
  auto target = fs::absolute(path, ignored).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();  // "out/" is "out"
  return target;
}

Status make_parents(const fs::path& target) {
  std::error_code trouble;
  fs::create_directories(target.parent_path(), trouble);
  if (trouble) return error_of(trouble, target.parent_path());
  return {};
}

fs::path beside(const fs::path& target, std::string_view what) {
  return target.parent_path() / format(".{}-{}-{}", target.filename().string(), what, ::getpid());
}

}  // namespace

std::vector<NamedFile> files_of_run(const Scenario& scenario, const RunResult& result) {
  std::ostringstream trace;
  report::write_trace(trace, result.report);
  return {{"scenario.toml", scenario.toml()},
          {"plan.toml", plan_of(result)},
          {"result.json", report::json_report(result.report)},
          {"report.html", report::html_report(result.report)},
          {"trace.jsonl", std::move(trace).str()}};
}

Status may_write_directory(const std::string& path) {
  std::error_code trouble;
  const auto status = fs::status(path, trouble);
  if (!fs::exists(status)) return {};
  if (!fs::is_directory(status)) {
    return Error{ErrorCode::already_exists, format("{}: expected a directory, found a file", path)};
  }
  if (fs::is_empty(path, trouble) || is_ours(path)) return {};
  if (trouble) return error_of(trouble, path);
  return Error{ErrorCode::already_exists,
               format("{}: holds files that logquake did not write", path)};
}

Status try_directory(const std::string& path) {
  if (auto allowed = may_write_directory(path); !allowed) return allowed;
  const auto target = target_of(path);
  const auto refused = [&path](const std::string& why) {
    return Error{ErrorCode::io_error, format("{}: cannot be created: {}", path, why)};
  };
  if (const auto made = make_parents(target); !made) return refused(made.error().message);
  const Temporary fresh(beside(target, "new"));
  std::error_code trouble;
  if (!fs::create_directory(fresh.path(), trouble)) return refused(trouble.message());
  return {};
}

Result<std::string> path_beside(const std::string& path, std::string_view what) {
  const auto target = target_of(path);
  if (const auto made = make_parents(target); !made) return made.error();
  return beside(target, what).string();
}

Status write_directory(const std::string& path, const std::vector<NamedFile>& files) {
  return write_directory(path, files, {});
}

Status write_directory(const std::string& path, const std::vector<NamedFile>& files,
                       const std::vector<NamedFile>& written) {
  if (auto allowed = may_write_directory(path); !allowed) return allowed;
  const auto target = target_of(path);
  std::error_code trouble;
  if (auto made = make_parents(target); !made) return made;
  const Temporary fresh(beside(target, "new"));
  const Temporary old(beside(target, "old"));
  fs::remove_all(fresh.path(), trouble);
  if (!fs::create_directory(fresh.path(), trouble)) return error_of(trouble, fresh.path());
  for (const auto& [name, content] : files) {
    fs::create_directories((fresh.path() / name).parent_path(), trouble);
    if (auto put = write_file(fresh.path() / name, content); !put) return put;
  }
  for (const auto& [name, from] : written) {
    fs::rename(from, fresh.path() / name, trouble);
    if (trouble) return error_of(trouble, from);
  }
  if (fs::exists(target)) {
    fs::rename(target, old.path(), trouble);
    if (trouble) return error_of(trouble, target);
  }
  fs::rename(fresh.path(), target, trouble);
  if (trouble) return error_of(trouble, target);
  return {};
}

std::string safe_file_name(std::string_view name) {
  std::string safe;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || (c == '.' && !safe.empty());
    safe += plain ? c : '-';
  }
  return safe.empty() ? "scenario" : safe.substr(0, 80);
}

std::string fresh_directory(const std::string& store, const std::string& name) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> stamp{};
  const auto length = std::strftime(stamp.data(), stamp.size(), "%Y%m%dT%H%M%SZ", &parts);
  const auto base =
      format("{}/{}-{}", store, safe_file_name(name), std::string_view(stamp.data(), length));
  std::string candidate = base;
  for (int number = 2; fs::exists(candidate); ++number) candidate = format("{}-{}", base, number);
  return candidate;
}

void point_latest(const std::string& store, const std::string& directory) {
  // Made beside and renamed, so that "latest" points somewhere at every moment.
  const auto link = fs::path(store) / "latest";
  const auto fresh = fs::path(store) / format(".latest-{}", ::getpid());
  std::error_code ignored;
  fs::remove(fresh, ignored);
  fs::create_directory_symlink(fs::path(directory).filename(), fresh, ignored);
  if (!ignored) fs::rename(fresh, link, ignored);
  if (ignored) fs::remove(fresh, ignored);
}

Result<StoredRun> read_run_directory(const std::string& path) {
  const fs::path folder(path);
  const auto result = read_all(folder / "result.json");
  if (!result) return result.error();
  auto report = parse_result(*result);
  if (!report) return Error{report.error().code, format("{}/{}", path, report.error().message)};
  const auto scenario = read_all(folder / "scenario.toml");
  if (!scenario) return scenario.error();
  if (const auto trace = read_all(folder / "trace.jsonl")) {
    if (const auto parsed = parse_trace(*trace, *report); !parsed) {
      return Error{parsed.error().code, format("{}/{}", path, parsed.error().message)};
    }
  }
  return StoredRun{std::move(*report), *scenario};
}

}  // namespace logquake::scenario
