#include "models/quorum/client/recipes/double_barrier.h"

#include <algorithm>

namespace logquake::zookeeper {
namespace {

constexpr std::string_view ready = "ready";

// Whether it is there, whoever made it.
bool is_there(const Result<Created>& created) {
  return created.ok() || created.is(ErrorCode::node_exists);
}

}  // namespace

bool DoubleBarrier::enter(Duration patience, sim::Node& node) {
  const auto deadline = node.now() + patience;
  const auto gate = folder_ + "/" + std::string(ready);
  while (node.now() < deadline) {
    const auto rings = bell_.rings();
    if (!is_there(client_.create(folder_ + "/" + name_, std::string(), CreateMode::ephemeral))) {
      if (!client_.wait_until_connected(deadline - node.now())) return false;
      continue;
    }
    const auto open = client_.exists(gate, Watch::once);
    if (open) return true;
    const auto present = client_.children(folder_);
    if (!open.is(ErrorCode::no_node) || !present) continue;
    if (static_cast<std::int64_t>(present->names.size()) >= participants_) {
      if (is_there(client_.create(gate, std::string()))) return true;
      continue;
    }
    bell_.wait_beyond(rings, deadline - node.now());
  }
  return false;
}

bool DoubleBarrier::leave(Duration patience, sim::Node& node) {
  const auto deadline = node.now() + patience;
  while (node.now() < deadline) {
    const auto rings = bell_.rings();
    const auto removed = client_.remove(folder_ + "/" + name_);
    const auto present = client_.children(folder_, Watch::once);
    const bool has_left = removed.ok() || removed.is(ErrorCode::no_node);
    if (!has_left || !present) {
      if (!client_.wait_until_connected(deadline - node.now())) return false;
      continue;
    }
    if (std::all_of(present->names.begin(), present->names.end(),
                    [](const std::string& name) { return name == ready; }))
      return true;
    bell_.wait_beyond(rings, deadline - node.now());
  }
  return false;
}

}  // namespace logquake::zookeeper
