#include "sim/base/check.h"

#include <string_view>

#include "sim/base/format.h"

namespace logquake::detail {
namespace {

// The same text on every machine: the path from the project's root, whatever the build folder was.
std::string_view from_root(std::string_view file) {
  for (const std::string_view root :
       {"/sim/", "/models/", "/reports/", "/scenarios/", "/examples/"}) {
    if (const auto at = file.rfind(root); at != std::string_view::npos) return file.substr(at + 1);
  }
  return file;
}

}  // namespace

void check_failed(const char* condition, const char* file, int line, const std::string& why) {
  throw CheckFailed(
      format("check failed: {} ({}) at {}:{}", why, condition, from_root(file), line));
}

}  // namespace logquake::detail
