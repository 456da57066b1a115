#include "sim/base/result.h"

#include "sim/base/format.h"

namespace logquake {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    using enum ErrorCode;
    case timed_out:
      return "timed_out";
    case killed:
      return "killed";
    case connection_refused:
      return "connection_refused";
    case connection_reset:
      return "connection_reset";
    case closed:
      return "closed";
    case unreachable:
      return "unreachable";
    case not_found:
      return "not_found";
    case already_exists:
      return "already_exists";
    case no_space:
      return "no_space";
    case io_error:
      return "io_error";
    case corrupt:
      return "corrupt";
    case invalid_argument:
      return "invalid_argument";
    case fenced:
      return "fenced";
    case unknown_outcome:
      return "unknown_outcome";
  }
  return "unknown";
}

std::string to_string(const Error& error) {
  if (error.message.empty()) return std::string(name_of(error.code));
  return format("{}: {}", name_of(error.code), error.message);
}

}  // namespace logquake
