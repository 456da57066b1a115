#include "models/quorum/client/recipes/group_membership.h"

namespace logquake::zookeeper {

Status GroupMembership::join() {
  const auto path = folder_ + "/" + name_;
  const auto created = client_.create(path, std::string(), CreateMode::ephemeral);
  if (created) return {};
  if (!created.is(ErrorCode::node_exists)) return created.error();
  const auto found = client_.exists(path);
  if (!found) return found.error();
  if (found->ephemeral_owner == client_.session()) return {};
  return created.error();
}

Result<std::vector<std::string>> GroupMembership::members() {
  auto found = client_.children(folder_, Watch::once);
  if (!found) return found.error();
  return std::move(found->names);
}

}  // namespace logquake::zookeeper
