#include "models/connect/error.h"

namespace logquake::connect {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::connect:
      return "org.apache.kafka.connect.errors.ConnectException";
    case ErrorCode::retriable:
      return "org.apache.kafka.connect.errors.RetriableException";
    case ErrorCode::data:
      return "org.apache.kafka.connect.errors.DataException";
    case ErrorCode::config:
      return "org.apache.kafka.common.config.ConfigException";
    case ErrorCode::already_exists:
      return "org.apache.kafka.connect.errors.AlreadyExistsException";
    case ErrorCode::not_found:
      return "org.apache.kafka.connect.errors.NotFoundException";
    case ErrorCode::bad_request:
      return "org.apache.kafka.connect.runtime.rest.errors.BadRequestException";
    case ErrorCode::rebalance:
      return "org.apache.kafka.connect.runtime.distributed.RebalanceNeededException";
    case ErrorCode::forbidden:
      return "org.apache.kafka.connect.runtime.rest.errors.ConnectRestException";
    case ErrorCode::method_not_allowed:
      return "javax.ws.rs.NotAllowedException";
    case ErrorCode::timed_out:
      return "org.apache.kafka.common.errors.TimeoutException";
    case ErrorCode::internal:
      return "java.lang.RuntimeException";
  }
  return "java.lang.RuntimeException";
}

std::string to_string(const Error& error) {
  return std::string(name_of(error.code)) + ": " + error.message;
}

}  // namespace logquake::connect
