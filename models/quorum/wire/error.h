// ZooKeeper's error codes. Source: Z-ER-1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.h"

namespace logquake::zookeeper {

/// As on the wire. `connection_loss` and `operation_timeout` are made by the client: a write may or
/// may not have happened (Z-ER-2, Z-RC-1).
enum class ErrorCode : std::int32_t {
  ok = 0,
  system_error = -1,
  runtime_inconsistency = -2,
  data_inconsistency = -3,
  connection_loss = -4,
  marshalling_error = -5,
  unimplemented = -6,
  operation_timeout = -7,
  bad_arguments = -8,
  unknown_session = -12,
  new_config_no_quorum = -13,
  reconfig_in_progress = -14,
  api_error = -100,
  no_node = -101,
  no_auth = -102,
  bad_version = -103,
  no_children_for_ephemerals = -108,
  node_exists = -110,
  not_empty = -111,
  session_expired = -112,
  invalid_callback = -113,
  invalid_acl = -114,
  auth_failed = -115,
  session_moved = -118,
  not_read_only = -119,
  ephemeral_on_local_session = -120,
  no_watcher = -121,
  request_timeout = -122,
  reconfig_disabled = -123,
  session_closed_require_sasl_auth = -124,
  quota_exceeded = -125,
  throttled_op = -127,
};

/// The code as ZooKeeper spells it, "NONODE".
std::string_view name_of(ErrorCode code);

/// Why a request of ZooKeeper did not succeed.
struct Error {
  using Code = ErrorCode;
  ErrorCode code{};
  std::string message;  // usually the path
};

/// "NONODE: delete /brokers/ids/7".
std::string to_string(const Error& error);

/// What ZooKeeper's calls return.
template <class T>
using Result = logquake::Result<T, Error>;
using Status = Result<void>;

}  // namespace logquake::zookeeper
