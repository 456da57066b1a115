#include "models/quorum/service/immediate_requests.h"

#include <algorithm>
#include <utility>

namespace logquake::zookeeper {

namespace {

const Request second_greeting;

}  // namespace

const Request* request_in(const sim::Payload& message) {
  if (message.as<ConnectRequest>() != nullptr) return &second_greeting;
  return message.as<Request>();
}

std::optional<ImmediateAnswer> answer_at_once(const Request& request, const std::string& host,
                                              Identities& identities) {
  ImmediateAnswer answer;
  answer.reply.xid = request.xid;
  if (request.op() == OpCode::sasl) return answer;  // without SASL: zxid 0, a null token
  if (request.op() == OpCode::auth) {
    auto identity = authenticate(request.credentials.scheme, request.credentials.token, host);
    if (!identity) {
      answer.reply.error = ErrorCode::auth_failed;
      answer.closes = true;
    } else if (std::find(identities.begin(), identities.end(), *identity) == identities.end()) {
      identities.push_back(std::move(*identity));
    }
    return answer;
  }
  if (is_offered(request.op())) return std::nullopt;
  answer.reply.zxid = Zxid(-1);
  answer.reply.error = ErrorCode::unimplemented;
  answer.closes = true;
  return answer;
}

}  // namespace logquake::zookeeper
