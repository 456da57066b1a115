#include "models/quorum/wire/error.h"

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
    case data_inconsistency:
      return "DATAINCONSISTENCY";
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
    case unknown_session:
      return "UNKNOWNSESSION";
    case new_config_no_quorum:
      return "NEWCONFIGNOQUORUM";
    case reconfig_in_progress:
      return "RECONFIGINPROGRESS";
    case api_error:
      return "APIERROR";
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
    case invalid_callback:
      return "INVALIDCALLBACK";
    case invalid_acl:
      return "INVALIDACL";
    case auth_failed:
      return "AUTHFAILED";
    case session_moved:
      return "SESSIONMOVED";
    case not_read_only:
      return "NOTREADONLY";
    case ephemeral_on_local_session:
      return "EPHEMERALONLOCALSESSION";
    case no_watcher:
      return "NOWATCHER";
    case request_timeout:
      return "REQUESTTIMEOUT";
    case reconfig_disabled:
      return "RECONFIGDISABLED";
    case session_closed_require_sasl_auth:
      return "SESSIONCLOSEDREQUIRESASLAUTH";
    case quota_exceeded:
      return "QUOTAEXCEEDED";
    case throttled_op:
      return "THROTTLEDOP";
  }
  return "unknown";
}

std::string to_string(const Error& error) {
  if (error.message.empty()) return std::string(name_of(error.code));
  return format("{}: {}", name_of(error.code), error.message);
}

}  // namespace logquake::zookeeper
