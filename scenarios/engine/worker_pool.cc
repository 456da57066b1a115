#include "scenarios/engine/worker_pool.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "scenarios/engine/last_words.h"
#include "sim/base/check.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using RealClock = std::chrono::steady_clock;

// How long a worker may take to notice by itself that its time is over, and to say where it was.
// Chosen: for a machine under load.
constexpr Duration grace = 5s;

/// Reads exactly `size` bytes; false at the end of the stream.
bool read_fully(int file, void* into, std::size_t size) {
  auto* at = static_cast<char*>(into);
  while (size > 0) {
    const auto got = ::read(file, at, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool write_fully(int file, const void* from, std::size_t size) {
  const auto* at = static_cast<const char*>(from);
  while (size > 0) {
    const auto put = ::write(file, at, size);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    at += put;
    size -= static_cast<std::size_t>(put);
  }
  return true;
}

/// User and system time of this process so far.
Duration own_cpu_time() {
  std::timespec spent{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec);
}

/// The same of a child that has ended.
Duration cpu_time(const rusage& usage) {
  const auto of = [](const timeval& time) {
    return Duration(std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec));
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

void close_file(int& file) {
  if (file >= 0) ::close(file);
  file = -1;
}

}  // namespace

struct WorkerPool::Worker {
  struct Head {
    std::uint64_t size;  // of the payload
    std::int64_t cpu;    // nanoseconds of the process so far
  };
  pid_t pid = -1;
  int to = -1;    // numbers, 8 bytes each
  int from = -1;  // payloads: a Head, then the bytes
  std::optional<std::uint64_t> busy_with;
  RealClock::time_point since;
  Duration cpu{};  // that earlier pieces of work took
  int index = 0;
  LastWords last_words;
};

WorkerPool::WorkerPool(Options options, Work work) : options_(options), work_(std::move(work)) {
  for (int job = 0; job < std::max(1, options_.jobs); ++job) {
    workers_.push_back(std::make_unique<Worker>());
    workers_.back()->index = job;
  }
}

WorkerPool::~WorkerPool() {
  for (auto& worker : workers_) stop(*worker);
}

void WorkerPool::start(Worker& worker) {
  std::array<int, 2> numbers{};
  std::array<int, 2> payloads{};
  LOGQUAKE_CHECK(::pipe(numbers.data()) == 0 && ::pipe(payloads.data()) == 0,
                 "no pipes left for a worker");
  worker.last_words.clear();
  worker.cpu = {};
  std::fflush(nullptr);  // or the child prints it once more
  const pid_t parent = ::getpid();
  worker.pid = ::fork();
  LOGQUAKE_CHECK(worker.pid >= 0, "no process left for a worker");
  if (worker.pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(0);
    // The parent ends a hunt, and its children with it.
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGTERM, SIG_IGN);
    ::signal(SIGPIPE, SIG_IGN);
    for (auto& other : workers_) {
      close_file(other->to);
      close_file(other->from);
    }
    ::close(numbers[1]);
    ::close(payloads[0]);
    worker.last_words.catch_signals();
    if (options_.memory_bytes > 0) bound_memory(options_.memory_bytes);
    std::uint64_t number = 0;
    while (read_fully(numbers[0], &number, sizeof number)) {
      const auto payload = [&] {
        const RealTimeLimit limit(options_.patience);
        return work_(number);
      }();
      const Worker::Head head{payload.size(), own_cpu_time().count()};
      if (!write_fully(payloads[1], &head, sizeof head) ||
          !write_fully(payloads[1], payload.data(), head.size))
        break;
    }
    std::fflush(nullptr);
    ::_exit(0);
  }
  ::close(numbers[0]);
  ::close(payloads[1]);
  worker.to = numbers[1];
  worker.from = payloads[0];
}

Duration WorkerPool::stop(Worker& worker) {
  if (worker.pid < 0) return {};
  close_file(worker.to);
  close_file(worker.from);
  if (worker.busy_with) ::kill(worker.pid, SIGKILL);
  rusage usage{};
  while (::wait4(worker.pid, nullptr, 0, &usage) < 0 && errno == EINTR) {
  }
  worker.pid = -1;
  worker.busy_with.reset();
  return cpu_time(usage) - worker.cpu;
}

void WorkerPool::give(Worker& worker, std::uint64_t number) {
  if (worker.pid < 0) start(worker);
  worker.busy_with = number;
  worker.since = RealClock::now();
  // A worker that died in between is found out when its pipe is read.
  static_cast<void>(write_fully(worker.to, &number, sizeof number));
}

std::optional<WorkResult> WorkerPool::take(Worker& worker) {
  Worker::Head head{};
  WorkResult result;
  if (!read_fully(worker.from, &head, sizeof head)) return bury(worker);
  result.payload.resize(head.size);
  if (!read_fully(worker.from, result.payload.data(), head.size)) return bury(worker);
  result.cpu = Duration(head.cpu) - worker.cpu;
  worker.cpu = Duration(head.cpu);
  return result;
}

WorkResult WorkerPool::bury(Worker& worker) {
  WorkResult result{
      .how = WorkResult::How::died, .payload = {}, .last_words = worker.last_words.read()};
  close_file(worker.to);
  close_file(worker.from);
  int status = 0;
  rusage usage{};
  while (::wait4(worker.pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  worker.pid = -1;
  result.cpu = cpu_time(usage) - worker.cpu;
  std::string how;
  if (WIFSIGNALED(status)) {
    how = format("the process died of signal {} ({})", WTERMSIG(status),
                 ::strsignal(WTERMSIG(status)));
  } else {
    how = format("the process exited with {}", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  }
  if (result.last_words.starts_with(no_end)) {
    result.how = WorkResult::How::hung;
    return result;
  }
  if (result.last_words.starts_with(no_memory)) return result;
  result.last_words = result.last_words.empty() ? how : format("{}: {}", result.last_words, how);
  return result;
}

void WorkerPool::run(const std::function<std::optional<std::uint64_t>()>& next,
                     const std::function<void(std::uint64_t, WorkResult)>& done,
                     const std::function<bool()>& tick) {
  const auto old_handler = ::signal(SIGPIPE, SIG_IGN);
  bool exhausted = false;
  while (true) {
    for (auto& worker : workers_) {
      if (worker->busy_with || exhausted) continue;
      if (const auto number = next()) {
        give(*worker, *number);
      } else {
        exhausted = true;
      }
    }
    std::vector<pollfd> waiting;
    std::vector<Worker*> who;
    for (auto& worker : workers_) {
      if (!worker->busy_with) continue;
      waiting.push_back({worker->from, POLLIN, 0});
      who.push_back(worker.get());
    }
    if (waiting.empty()) break;
    constexpr int tick_milliseconds = 100;
    const int ready = ::poll(waiting.data(), waiting.size(), tick_milliseconds);
    for (std::size_t at = 0; ready > 0 && at < waiting.size(); ++at) {
      if (waiting[at].revents == 0) continue;
      const auto number = *who[at]->busy_with;
      auto result = take(*who[at]);
      who[at]->busy_with.reset();
      result->wall = RealClock::now() - who[at]->since;
      result->worker = who[at]->index;
      done(number, std::move(*result));
    }
    for (auto* worker : who) {
      if (!worker->busy_with || RealClock::now() - worker->since < options_.patience + grace)
        continue;
      const auto number = *worker->busy_with;
      const auto cpu = stop(*worker);
      done(number,
           {.how = WorkResult::How::hung,
            .payload = {},
            .last_words = format("no end after {} of real time", to_text(options_.patience)),
            .wall = RealClock::now() - worker->since,
            .cpu = cpu,
            .worker = worker->index});
    }
    if (!tick()) break;
  }
  for (auto& worker : workers_) stop(*worker);
  ::signal(SIGPIPE, old_handler);
}

WorkResult run_in_child(const std::function<std::string()>& work, Duration patience,
                        std::int64_t memory_bytes) {
  WorkerPool pool({.jobs = 1, .patience = patience, .memory_bytes = memory_bytes},
                  [&work](std::uint64_t) { return work(); });
  bool given = false;
  WorkResult result;
  pool.run(
      [&given]() -> std::optional<std::uint64_t> {
        if (given) return std::nullopt;
        given = true;
        return 0;
      },
      [&result](std::uint64_t, WorkResult taken) { result = std::move(taken); },
      [] { return true; });
  return result;
}

}  // namespace logquake::scenario
