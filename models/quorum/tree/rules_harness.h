// For tests: the rules of a standalone server without a node: a request in, its results out at
// once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/quorum/tree/request_preparer.h"
#include "models/quorum/tree/znode_tree.h"

namespace logquake::zookeeper::testing {

/// Validates and applies one request after another, as session 7.
class Rules {
 public:
  explicit Rules(PreparerSettings settings = {}) : preparer(tree, settings) {
    caller.session = SessionId(7);
    caller.identities = identities_of_host("client-1");
    caller.time = 1000;
    apply(preparer.prepare_new_session(caller, 6000));
  }

  Transaction prepare(Operation operation) {
    Request request;
    request.operation = std::move(operation);
    return preparer.prepare(caller, request);
  }
  Transaction prepare_multi(std::vector<Operation> members) {
    Request request;
    request.operation.op = OpCode::multi;
    request.members = std::move(members);
    return preparer.prepare(caller, request);
  }
  Applied apply(const Transaction& transaction) {
    auto applied = tree.apply(transaction);
    preparer.applied(transaction.zxid);
    return applied;
  }
  OperationResult run(Operation operation) {
    return apply(prepare(std::move(operation))).results.front();
  }
  ErrorCode code(Operation operation) { return run(std::move(operation)).error; }
  Stat stat(const std::string& path) const { return std::as_const(tree).find(path)->stat(); }

  ZnodeTree tree;
  RequestPreparer preparer;
  Caller caller;
};

}  // namespace logquake::zookeeper::testing
