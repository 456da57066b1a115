#include "models/quorum/service/session_order.h"

#include <utility>

namespace logquake::zookeeper {
namespace {

bool is_read(const Work& work) { return work.op != OpCode::sync && !work.is_write; }

std::int32_t xid_of(const Work& work) {
  const auto* request = work.message.as<Request>();
  return request == nullptr ? 0 : request->xid;
}

bool is_for(const Work& work, const Transaction& transaction) {
  if (work.op == OpCode::create_session) return transaction.op == OpCode::create_session;
  return work.op != OpCode::sync && transaction.op != OpCode::create_session &&
         xid_of(work) == transaction.cxid;
}

}  // namespace

void SessionOrder::read(Work work) {
  const auto queue = queues_.find(work.session);
  if (queue == queues_.end()) return clients_.answer(work);
  queue->second.push_back(std::move(work));
  ++waiting_;
}

void SessionOrder::wait(Work work) {
  queues_[work.session].push_back(std::move(work));
  ++waiting_;
}

void SessionOrder::commit(const Transaction& transaction) {
  const auto queue = queues_.find(transaction.session);
  if (queue == queues_.end() || !is_for(queue->second.front(), transaction))
    return clients_.deliver(transaction, {});
  const auto work = std::move(queue->second.front());
  queue->second.pop_front();
  --waiting_;
  clients_.deliver(transaction, work);
  drain(transaction.session);
}

void SessionOrder::complete_sync(SessionId session, std::int32_t xid) {
  const auto queue = queues_.find(session);
  if (queue == queues_.end()) return;
  const auto& front = queue->second.front();
  if (front.op != OpCode::sync || xid_of(front) != xid) return;
  const auto work = std::move(queue->second.front());
  queue->second.pop_front();
  --waiting_;
  clients_.answer(work);
  drain(session);
}

void SessionOrder::drain(SessionId session) {
  auto& queue = queues_[session];
  while (!queue.empty() && is_read(queue.front())) {
    clients_.answer(queue.front());
    queue.pop_front();
    --waiting_;
  }
  if (queue.empty()) queues_.erase(session);
}

}  // namespace logquake::zookeeper
