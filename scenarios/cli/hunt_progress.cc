#include "scenarios/cli/hunt_progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

// The one thing that a signal may touch.
volatile std::sig_atomic_t interrupted = 0;

void interrupt(int signal) {
  if (interrupted != 0) {
    ::signal(signal, SIG_DFL);
    ::raise(signal);
  }
  interrupted = 1;
}

/// Real time for a person: "3m20s".
std::string clock_text(Duration duration) {
  const auto seconds = duration / 1s;
  if (seconds < 60) return format("{}s", seconds);
  if (seconds < 3600) return format("{}m{:02}s", seconds / 60, seconds % 60);
  return format("{}h{:02}m", seconds / 3600, seconds % 3600 / 60);
}

void put(const std::string& text) {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

constexpr int most_told = 10;

}  // namespace

Interruption::Interruption() {
  interrupted = 0;
  struct sigaction action {};
  action.sa_handler = interrupt;
  ::sigaction(SIGINT, &action, &before_int_);
  ::sigaction(SIGTERM, &action, &before_term_);
}

Interruption::~Interruption() {
  ::sigaction(SIGINT, &before_int_, nullptr);
  ::sigaction(SIGTERM, &before_term_, nullptr);
}

bool Interruption::has_come() { return interrupted != 0; }

std::string progress_text(const HuntProgress& progress, std::optional<Duration> time) {
  const auto milliseconds = std::max<std::int64_t>(1, progress.elapsed / 1ms);
  const auto own = progress.runs - progress.resumed;
  const auto tenths = own * 10'000 / milliseconds;
  auto text = format("{}{} runs, {}.{}/s, {} simulated s/s", progress.runs,
                     progress.total > 0 ? format(" of {}", progress.total) : "", tenths / 10,
                     tenths % 10, progress.simulated / 1ms / milliseconds);
  if (progress.probes_to_reach > 0) {
    text += format(", probes {} of {}", progress.probes_reached, progress.probes_to_reach);
  }
  text += format(", fault kinds {}, {} failures", progress.fault_kinds, progress.failures);
  std::optional<Duration> left;
  if (progress.total > 0 && own > 0) {
    left = std::chrono::milliseconds(milliseconds * (progress.total - progress.runs) / own);
  }
  if (time) {
    left = std::min(left.value_or(*time), std::max(Duration::zero(), *time - progress.elapsed));
  }
  if (left) text += format(", {} left", clock_text(*left));
  return text;
}

ProgressLine::ProgressLine(std::optional<Duration> time)
    : time_(time), is_terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(const HuntProgress& progress) {
  if (!progress.news.empty() && told_++ < most_told) {
    put(format("{}{}\n", is_terminal_ ? "\r\033[K" : "", progress.news));
    if (told_ == most_told) put("further failures are counted only\n");
  }
  const Duration pause = is_terminal_ ? Duration(200ms) : Duration(10s);
  if (progress.elapsed - shown_ < pause) return;
  shown_ = progress.elapsed;
  const auto line = progress_text(progress, time_);
  put(is_terminal_ ? "\r\033[K" + line : line + "\n");
}

void ProgressLine::end() const {
  if (is_terminal_) put("\r\033[K");
}

}  // namespace logquake::scenario
