// Validation of writes against everything proposed before, as PrepRequestProcessor does at the
// leader: a request goes in, a transaction comes out, a refusal included. Pure: no node, no disk,
// no network. Source: Z-DM-18, Z-DM-21, Z-DM-23, Z-ER-3 to Z-ER-9, Z-MU-1 to Z-MU-5, Z-SE-9.
#pragma once

#include <cstdint>
#include <string>

#include "models/quorum/tree/pending_changes.h"
#include "models/quorum/tree/transaction.h"
#include "models/quorum/wire/messages.h"

namespace logquake::zookeeper {

/// Who asks, and when.
struct Caller {
  SessionId session;
  Identities identities;                    // for access lists
  ErrorCode session_error = ErrorCode::ok;  // session_expired: closing or unknown (Z-ER-2)
  std::int64_t time = 0;                    // wall clock in milliseconds
};

struct PreparerSettings {
  bool multi_create_without_stat = false;   // the defect of that name (Z-MU-5)
  bool extended_types = false;              // nodes with a time to live (Z-DM-16)
  bool close_keeps_child_count = false;     // the defect of that name (Z-DM-21)
  bool close_leaves_ephemerals = false;     // the defect zk.delayed-ephemeral-delete
  std::int64_t counter_limit = 0xFFFFFFFF;  // where an epoch's counter runs over (Z-ZX-3)
};

/// Whether this request of a write goes the way of writes: all but a reconfig that cannot be
/// decoded, which is refused without a zxid (Z-DM-18).
bool consumes_zxid(const Request& request);

class RequestPreparer {
 public:
  /// Continues after `last`. `tree` must outlive it.
  RequestPreparer(const ZnodeTree& tree, PreparerSettings settings, Zxid last);
  /// Continues after the tree's last zxid.
  RequestPreparer(const ZnodeTree& tree, PreparerSettings settings)
      : RequestPreparer(tree, settings, tree.last_zxid()) {}

  /// Turns a write into the next transaction.
  Transaction prepare(const Caller& caller, const Request& request);
  Transaction prepare_new_session(const Caller& caller, std::int64_t timeout_ms);
  /// Called for an explicit close and for an expiry alike.
  Transaction prepare_close(const Caller& caller, std::int32_t cxid);
  /// The transaction is in the tree now.
  void applied(Zxid zxid) { pending_.applied(zxid); }

  Zxid last_assigned() const { return last_; }

 private:
  struct Verdict {
    ErrorCode error{};
    Change change;
  };
  Transaction start(const Caller& caller, std::int32_t cxid, OpCode op);
  Verdict judge(const Caller& caller, const Operation& operation, Zxid zxid, bool in_multi);
  static ErrorCode judge_body(const Caller& caller, const Request& request);
  Verdict judge_create(const Caller& caller, const Operation& operation, Zxid zxid, bool in_multi);
  Verdict judge_remove(const Caller& caller, const Operation& operation, Zxid zxid);
  Verdict judge_remove_container(const Caller& caller, const Operation& operation, Zxid zxid);
  Verdict judge_set_data(const Caller& caller, const Operation& operation, Zxid zxid);
  Verdict judge_set_acl(const Caller& caller, const Operation& operation, Zxid zxid);
  Verdict judge_check(const Caller& caller, const Operation& operation);
  void prepare_multi(const Caller& caller, const Request& request, Transaction& transaction);
  void note_removed(const std::string& path, Zxid zxid, bool lowers_parent);

  PreparerSettings settings_;
  PendingChanges pending_;
  Zxid last_;
};

}  // namespace logquake::zookeeper
