#include "models/quorum/wire/path.h"

#include <algorithm>
#include <cstddef>

#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

// The UTF-8 code point at `at`, moving `at` past it. Broken sequences read as single bytes, which
// are then judged as they are: the simulator's paths come from programs, not from the wire.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const auto first = byte(at);
  std::size_t more = 0;
  if (first >= 0xF0) {
    more = 3;
  } else if (first >= 0xE0) {
    more = 2;
  } else if (first >= 0xC0) {
    more = 1;
  }
  if (at + more >= text.size()) more = 0;
  std::uint32_t point = more == 0 ? first : first & (0x3Fu >> more);
  for (std::size_t i = 1; i <= more; ++i) point = (point << 6) | (byte(at + i) & 0x3Fu);
  at += more + 1;
  return point;
}

// Beyond U+FFFF too: the real server sees two surrogates there.
bool is_forbidden(std::uint32_t point) {
  return point > 0xFFFF || point <= 0x1F || (point >= 0x7F && point <= 0x9F) ||
         (point >= 0xD800 && point <= 0xF8FF) || (point >= 0xFFF0 && point <= 0xFFFF);
}

}  // namespace

std::string_view parent_of(std::string_view path) { return path.substr(0, path.rfind('/')); }

std::string_view last_name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_valid_path(std::string_view path) {
  if (path.empty() || path.front() != '/') return false;
  if (path.size() == 1) return true;
  if (path.back() == '/') return false;
  std::size_t start = 1;
  while (start <= path.size()) {
    const auto end = std::min(path.find('/', start), path.size());
    const auto component = path.substr(start, end - start);
    if (component.empty() || component == "." || component == "..") return false;
    start = end + 1;
  }
  for (std::size_t at = 0; at < path.size();) {
    if (is_forbidden(next_code_point(path, at))) return false;
  }
  return true;
}

bool is_path_like(std::string_view path) {
  return path.find('/') != std::string_view::npos && path.find('\0') == std::string_view::npos;
}

bool is_built_in(std::string_view path) {
  return path == "/" || path == "/zookeeper" || path == "/zookeeper/quota" ||
         path == "/zookeeper/config";
}

std::string with_sequence(std::string_view path, std::int32_t counter) {
  return format("{}{:010d}", path, counter);
}

}  // namespace logquake::zookeeper
