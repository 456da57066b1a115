// Work in forked processes: a crash, a hang or an exhausted memory of one piece of work is its
// result, never the end of the whole.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/time.h"

namespace logquake::scenario {

/// How one piece of work came back.
struct WorkResult {
  enum class How : std::uint8_t { delivered, died, hung };
  How how = How::delivered;
  std::string payload;     // delivered: what the work returned
  std::string last_words;  // died or hung: why, as far as known
  Duration wall{};         // real time from giving the work to having its result
  Duration cpu{};          // user and system time of the process for it, as far as known
  int worker = 0;          // who did it, from 0
};

/// Runs pieces of work, known by their numbers, in `jobs` child processes.
class WorkerPool {
 public:
  struct Options {
    int jobs = 1;
    Duration patience = 300s;  // of real time for one piece; longer is a hang
    /// Of address space for one child; zero for no bound. What needs more dies with its words
    /// beginning "exhausted its memory of ". No bound under sanitizers: they map terabytes.
    std::int64_t memory_bytes = 0;
  };
  using Work = std::function<std::string(std::uint64_t number)>;

  WorkerPool(Options options, Work work);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();  // ends all children

  /// Asks `next` for numbers until it has none, calls `done` for each result (in the order of their
  /// coming) and `tick` some times a second. Ends early, dropping what is under way, when `tick`
  /// returns false.
  void run(const std::function<std::optional<std::uint64_t>()>& next,
           const std::function<void(std::uint64_t number, WorkResult)>& done,
           const std::function<bool()>& tick);

 private:
  struct Worker;
  void start(Worker& worker);
  /// What it was busy with is dropped; returns the CPU time that went into that.
  Duration stop(Worker& worker);
  void give(Worker& worker, std::uint64_t number);
  std::optional<WorkResult> take(Worker& worker);
  WorkResult bury(Worker& worker);

  Options options_;
  Work work_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

/// One piece of work in a child process of its own.
WorkResult run_in_child(const std::function<std::string()>& work, Duration patience,
                        std::int64_t memory_bytes = 0);

}  // namespace logquake::scenario
