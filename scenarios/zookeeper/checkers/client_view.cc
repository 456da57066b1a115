#include "scenarios/zookeeper/checkers/client_view.h"

#include <algorithm>

#include "models/quorum/tree/request_preparer.h"

namespace logquake::scenario {
namespace {

using zookeeper::AskedOperation;
using zookeeper::OpCode;
using zookeeper::SessionId;
using zookeeper::Zxid;

constexpr std::size_t suffix_digits = 10;  // Z-DM-9

bool is_create(OpCode op) {
  return op == OpCode::create || op == OpCode::create2 || op == OpCode::create_container ||
         op == OpCode::create_ttl;
}

bool is_sequential(std::int32_t flags) {
  return zookeeper::is_sequential(static_cast<zookeeper::CreateMode>(flags));
}

std::vector<AskedOperation> operations_of(const zookeeper::RequestSent& asked) {
  if (asked.op == OpCode::multi) return asked.members;
  return {{asked.op, asked.path, asked.data, asked.flags, asked.version}};
}

bool asks_for(const AskedOperation& asked, OpCode op, const std::string& path,
              const std::string& data) {
  if (op == OpCode::create) {
    if (!is_create(asked.op) || asked.data != data) return false;
    if (!is_sequential(asked.flags)) return asked.path == path;
    return path.size() == asked.path.size() + suffix_digits && path.starts_with(asked.path);
  }
  if (op == OpCode::set_data) return asked.op == op && asked.path == path && asked.data == data;
  return asked.op == OpCode::remove && asked.path == path;
}

}  // namespace

void ClientView::on_fact(const sim::TraceEvent& event) {
  answered_.reset();
  is_unasked_ = false;
  const bool is_news = history_.on_fact(event);
  if (history_.has_gap()) put_in_doubt();
  if (const auto* sent = event.as<zookeeper::RequestSent>()) {
    open_[sent->session].push_back({*sent, event.id, false, {}, history_.frontier()});
  } else if (const auto* reply = event.as<zookeeper::ReplyReceived>()) {
    take_reply(*reply);
  } else if (const auto* lost = event.as<zookeeper::RequestLost>()) {
    auto& open = open_[lost->session];
    for (auto& request : open) {
      if (request.asked.xid == lost->xid) request.is_lost = true;
    }
    std::erase_if(open, [](const OpenRequest& request) {
      return request.is_lost && (request.took_effect || !zookeeper::is_write(request.asked.op));
    });
  } else if (const auto* created = event.as<zookeeper::ZnodeCreated>(); created && is_news) {
    match(created->session, created->zxid, OpCode::create, created->path, created->data);
  } else if (const auto* changed = event.as<zookeeper::ZnodeChanged>(); changed && is_news) {
    match(changed->session, changed->zxid, OpCode::set_data, changed->path, changed->data);
  } else if (const auto* deleted = event.as<zookeeper::ZnodeDeleted>(); deleted && is_news) {
    const auto before = history_.at(deleted->path, deleted->zxid - 1);
    // The end of the session deletes it as well, and nobody need have asked for that.
    const bool may_be_end = !before.is_certain || before.owner == deleted->session;
    match(deleted->session, deleted->zxid, OpCode::remove, deleted->path, {});
    if (may_be_end) is_unasked_ = false;
  }
}

// What is open may be among the transactions of which nobody told.
void ClientView::put_in_doubt() {
  history_.doubt_ephemerals();
  for (const auto& [session, open] : open_) {
    for (const auto& request : open) {
      if (request.took_effect || !zookeeper::is_write(request.asked.op)) continue;
      for (const auto& operation : operations_of(request.asked)) {
        const bool has_effect = is_create(operation.op) || operation.op == OpCode::set_data ||
                                operation.op == OpCode::remove;
        if (has_effect && !operation.path.empty())
          history_.doubt(operation.path, is_create(operation.op) && is_sequential(operation.flags));
      }
    }
  }
}

void ClientView::match(SessionId session, Zxid zxid, OpCode op, const std::string& path,
                       const std::string& data) {
  if (zxid == matched_) return;  // another member of the same multi
  const auto found = open_.find(session);
  if (found == open_.end()) return;  // nobody that we know
  for (auto& request : found->second) {
    if (request.took_effect) continue;
    const auto operations = operations_of(request.asked);
    if (std::none_of(operations.begin(), operations.end(), [&](const AskedOperation& asked) {
          return asks_for(asked, op, path, data);
        })) {
      continue;
    }
    request.took_effect = zxid;
    matched_ = zxid;
    if (request.asked.op == OpCode::multi) multis_[zxid] = request.asked.members;
    if (request.is_lost) {
      std::erase_if(found->second,
                    [](const OpenRequest& one) { return one.is_lost && one.took_effect; });
    }
    return;
  }
  is_unasked_ = true;
}

void ClientView::take_reply(const zookeeper::ReplyReceived& reply) {
  auto& open = open_[reply.session];
  const auto found = std::find_if(open.begin(), open.end(), [&](const OpenRequest& request) {
    return request.asked.xid == reply.xid && !request.is_lost;
  });
  if (found == open.end()) return;
  answered_ = std::move(*found);
  open.erase(found);
}

const std::vector<AskedOperation>* ClientView::members_at(Zxid zxid) const {
  const auto found = multis_.find(zxid);
  return found == multis_.end() ? nullptr : &found->second;
}

}  // namespace logquake::scenario
