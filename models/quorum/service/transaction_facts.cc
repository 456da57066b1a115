#include "models/quorum/service/transaction_facts.h"

#include <cstddef>
#include <deque>
#include <string>

#include "models/quorum/facts.h"

namespace logquake::zookeeper {
namespace {

constexpr std::size_t fact_data_bytes = 200;  // chosen: enough for Kafka's JSON, not for a flood

std::string shortened(const Data& data) {
  return data ? data->substr(0, fact_data_bytes) : std::string();
}

void tell_refusal(sim::Node& node, const Transaction& transaction, const Request* request,
                  std::size_t member) {
  const auto& change = transaction.changes[member];
  std::string path;
  if (request != nullptr)
    path =
        transaction.op == OpCode::multi ? request->members[member].path : request->operation.path;
  node.record(
      WriteRefused{transaction.session, transaction.zxid, change.asked, path, change.error});
}

}  // namespace

void tell_of(sim::Node& node, const Transaction& transaction, const Request* request,
             const Applied& applied) {
  const auto session = transaction.session;
  const auto zxid = transaction.zxid;
  std::deque<std::string> deleted;  // in the order of the members
  for (const auto& event : applied.events) {
    if (event.type == EventType::node_deleted) deleted.push_back(event.path);
  }
  const auto tell_deletion = [&] {
    node.record(ZnodeDeleted{deleted.front(), zxid, session});
    deleted.pop_front();
  };
  for (std::size_t i = 0; i < transaction.changes.size(); ++i) {
    const auto& change = transaction.changes[i];
    if (change.op == OpCode::create) {
      const auto owner = change.owner == container_owner ? SessionId() : change.owner;
      node.record(ZnodeCreated{change.path, zxid, session, owner, shortened(change.data)});
    } else if (change.op == OpCode::set_data) {
      node.record(ZnodeChanged{change.path, zxid, session, change.version, shortened(change.data)});
    } else if (change.op == OpCode::error && change.error != ErrorCode::ok) {
      tell_refusal(node, transaction, request, i);
      break;  // the members after it failed because of it
    } else if (change.op == OpCode::remove && !deleted.empty()) {
      tell_deletion();
    }
  }
  while (!deleted.empty()) tell_deletion();  // of a closeSession
}

}  // namespace logquake::zookeeper
