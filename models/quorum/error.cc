#include "models/quorum/error.h"

#include "sim/base/format.h"

namespace logquake::zookeeper {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    using enum ErrorCode;
    case ok:
      return "OK";
    case system_error:
      return "SYSTEMERROR";
    case runtime_inconsistency:
      return "RUNTIMEINCONSISTENCY";
    case connection_loss:
      return "CONNECTIONLOSS";
    case marshalling_error:
      return "MARSHALLINGERROR";
    case unimplemented:
      return "UNIMPLEMENTED";
    case operation_timeout:
      return "OPERATIONTIMEOUT";
    case bad_arguments:
      return "BADARGUMENTS";
    case no_node:
      return "NONODE";
    case no_auth:
      return "NOAUTH";
    case bad_version:
      return "BADVERSION";
    case no_children_for_ephemerals:
      return "NOCHILDRENFOREPHEMERALS";
    case node_exists:
      return "NODEEXISTS";
    case not_empty:
      return "NOTEMPTY";
    case session_expired:
      return "SESSIONEXPIRED";
    case invalid_acl:
      return "INVALIDACL";
    case auth_failed:
      return "AUTHFAILED";
    case session_moved:
      return "SESSIONMOVED";
    case not_read_only:
      return "NOTREADONLY";
    case no_watcher:
      return "NOWATCHER";
    case reconfig_disabled:
      return "RECONFIGDISABLED";
  }
  return "unknown";
}

std::string to_string(const Error& error) {
  if (error.message.empty()) return std::string(name_of(error.code));
  return format("{}: {}", name_of(error.code), error.message);
}

}  // namespace logquake::zookeeper
