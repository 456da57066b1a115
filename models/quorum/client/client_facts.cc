#include "models/quorum/client/client_facts.h"

#include <algorithm>

#include "sim/base/hash.h"

namespace logquake::zookeeper {
namespace {

constexpr std::size_t fact_data_bytes = 200;  // as the servers' own facts keep

std::string shortened(const Data& data) {
  return data ? data->substr(0, fact_data_bytes) : std::string();
}

}  // namespace

RequestSent sent_fact(SessionId session, const Request& request) {
  const auto& operation = request.operation;
  RequestSent fact{.session = session,
                   .xid = request.xid,
                   .op = request.op(),
                   .path = operation.path,
                   .watch = operation.watch,
                   .data = shortened(operation.data),
                   .flags = operation.flags,
                   .version = operation.version};
  for (const auto& member : request.members) {
    fact.members.push_back(
        {member.op, member.path, shortened(member.data), member.flags, member.version});
  }
  return fact;
}

ReplyReceived received_fact(SessionId session, const Request& request, const Reply& reply) {
  const auto& result = reply.result;
  ReplyReceived fact{.session = session,
                     .xid = reply.xid,
                     .op = request.op(),
                     .path = request.operation.path,
                     .watch = request.operation.watch,
                     .zxid = reply.zxid,
                     .error = reply.error};
  for (const auto& member : reply.members) {
    fact.members.push_back(
        {member.error, member.path, member.stat ? member.stat->version : any_version});
  }
  if (reply.error != ErrorCode::ok) return fact;
  fact.created = result.path;
  fact.data = shortened(result.data);
  fact.data_bytes = result.data ? static_cast<std::int64_t>(result.data->size()) : 0;
  fact.stat = result.stat;
  if (request.op() == OpCode::get_children || request.op() == OpCode::get_children2) {
    fact.children = static_cast<std::int64_t>(result.names.size());
    fact.children_digest = digest_of(result.names);
  }
  return fact;
}

std::uint64_t digest_of(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  Fingerprint digest;
  for (const auto& name : names) digest.fold(std::string_view(name));
  return digest.value();
}

}  // namespace logquake::zookeeper
