#include "scenarios/cli/status_line.h"

#include <unistd.h>

#include <cstdio>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

constexpr std::string_view clear = "\r\033[K";

void put(const std::string& text) {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace

StatusLine::StatusLine() : is_terminal_(::isatty(STDERR_FILENO) == 1) {}

void StatusLine::say(const std::string& news) const {
  put(format("{}{}\n", is_terminal_ ? clear : "", news));
}

void StatusLine::show(Duration elapsed, const std::function<std::string()>& text) {
  const Duration pause = is_terminal_ ? Duration(200ms) : Duration(10s);
  if (elapsed - shown_ < pause) return;
  shown_ = elapsed;
  put(is_terminal_ ? format("{}{}", clear, text()) : text() + "\n");
}

void StatusLine::end() const {
  if (is_terminal_) put(std::string(clear));
}

std::string clock_text(Duration duration) {
  const auto seconds = duration / 1s;
  if (seconds < 60) return format("{}s", seconds);
  if (seconds < 3600) return format("{}m{:02}s", seconds / 60, seconds % 60);
  return format("{}h{:02}m", seconds / 3600, seconds % 3600 / 60);
}

}  // namespace logquake::scenario
