// For tests of the promises to clients: what a client asks and is told, and what the servers tell
// of it, by hand.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/zookeeper/checkers/ensemble_testing.h"

namespace logquake::scenario::testing {

inline const zookeeper::SessionId first_session{7};
inline const zookeeper::SessionId second_session{8};

/// All of epoch 1.
class ClientStory {
 public:
  using OpCode = zookeeper::OpCode;
  using ErrorCode = zookeeper::ErrorCode;

  explicit ClientStory(const CheckerFactory& factory) : witness_(factory) {}

  ClientStory& by(zookeeper::SessionId session) {
    session_ = session;
    return *this;
  }
  /// What follows was not asked by a client.
  ClientStory& created(const std::string& path, std::int64_t counter, const std::string& data = {},
                       zookeeper::SessionId owner = {}) {
    witness_.on("a", zookeeper::ZnodeCreated{path, z(1, counter), session_, owner, data});
    return *this;
  }
  ClientStory& changed(const std::string& path, std::int64_t counter, std::int32_t version,
                       const std::string& data) {
    witness_.on("a", zookeeper::ZnodeChanged{path, z(1, counter), session_, version, data});
    return *this;
  }
  ClientStory& deleted(const std::string& path, std::int64_t counter) {
    witness_.on("a", zookeeper::ZnodeDeleted{path, z(1, counter), session_});
    return *this;
  }
  ClientStory& asks(OpCode op, const std::string& path, const std::string& data = {},
                    std::int32_t version = -1, bool watch = false) {
    zookeeper::RequestSent sent;
    sent.session = session_;
    sent.xid = ++xid_;
    sent.op = op;
    sent.path = path;
    sent.data = data;
    sent.version = version;
    sent.watch = watch;
    asked_ = sent;
    witness_.on("client", sent);
    return *this;
  }
  ClientStory& asks_multi(std::vector<zookeeper::AskedOperation> members) {
    zookeeper::RequestSent sent;
    sent.session = session_;
    sent.xid = ++xid_;
    sent.op = OpCode::multi;
    sent.members = std::move(members);
    asked_ = sent;
    witness_.on("client", sent);
    return *this;
  }
  /// The answer to what was asked last.
  zookeeper::ReplyReceived reply(std::int64_t counter, ErrorCode error = ErrorCode::ok) const {
    zookeeper::ReplyReceived reply;
    reply.session = asked_.session;
    reply.xid = asked_.xid;
    reply.op = asked_.op;
    reply.path = asked_.path;
    reply.watch = asked_.watch;
    reply.zxid = z(1, counter);
    reply.error = error;
    if (asked_.op == OpCode::create && error == ErrorCode::ok) reply.created = asked_.path;
    return reply;
  }
  ClientStory& told(std::int64_t counter, ErrorCode error = ErrorCode::ok) {
    witness_.on("client", reply(counter, error));
    return *this;
  }
  ClientStory& told(const zookeeper::ReplyReceived& reply) {
    witness_.on("client", reply);
    return *this;
  }
  /// Its data and Stat.
  ClientStory& shown(std::int64_t counter, const std::string& data, std::int32_t version,
                     std::int64_t czxid, std::int64_t mzxid) {
    auto shown = reply(counter);
    shown.data = data;
    shown.stat.emplace();
    shown.stat->version = version;
    shown.stat->czxid = z(1, czxid);
    shown.stat->mzxid = z(1, mzxid);
    return told(shown);
  }
  ClientStory& lost() {
    witness_.on("client", zookeeper::RequestLost{asked_.session, asked_.xid, asked_.op, asked_.path,
                                                 ErrorCode::connection_loss});
    return *this;
  }
  template <sim::FactLike Fact>
  ClientStory& on(std::string node, const Fact& fact) {
    witness_.on(std::move(node), fact);
    return *this;
  }
  Clauses broken() const { return witness_.broken(); }
  Clauses excused() const { return witness_.excused(); }

 private:
  EnsembleWitness witness_;
  zookeeper::SessionId session_ = first_session;
  zookeeper::RequestSent asked_;
  std::int32_t xid_ = 0;
};

}  // namespace logquake::scenario::testing
