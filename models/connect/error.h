// What goes wrong in Connect, by the exception class that the real worker would show in a trace.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.h"

namespace logquake::connect {

enum class ErrorCode : std::uint8_t {
  connect,    // ConnectException: fatal to the task that meets it
  retriable,  // RetriableException: the same batch is delivered again (C-SNK-4)
  data,    // DataException: a value does not fit its schema, or bytes do not say what they should
  config,  // ConfigException
  already_exists,      // AlreadyExistsException: 409
  not_found,           // NotFoundException: 404
  bad_request,         // BadRequestException: 400
  rebalance,           // RebalanceNeededException: 409
  forbidden,           // ConnectRestException with status 403
  method_not_allowed,  // NotAllowedException: 405
  timed_out,           // TimeoutException
  internal,            // anything else: 500
};
/// The Java class, "org.apache.kafka.connect.errors.DataException".
std::string_view name_of(ErrorCode code);

struct Error {
  using Code = ErrorCode;
  ErrorCode code{};
  std::string message;
};
/// As a stack trace begins: "org.apache.kafka.connect.errors.DataException: Invalid bytes field".
std::string to_string(const Error& error);

template <class T>
using Result = logquake::Result<T, Error>;
using Status = logquake::Result<void, Error>;

}  // namespace logquake::connect
