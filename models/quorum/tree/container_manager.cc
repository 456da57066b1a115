#include "models/quorum/tree/container_manager.h"

#include <utility>

namespace logquake::zookeeper {
namespace {

bool is_candidate(const Znode& node, std::int64_t time) {
  if (!node.children.empty()) return false;
  if (node.is_container()) return node.children_created > 0;  // it has had a child
  return node.ttl > 0 && time - node.mtime > node.ttl;
}

}  // namespace

std::vector<std::string> deletion_candidates(const ZnodeTree& tree, std::int64_t time,
                                             std::size_t limit) {
  std::vector<std::string> paths;
  for (const auto& [path, node] : tree.nodes()) {
    if (paths.size() == limit) break;
    if (is_candidate(node, time)) paths.push_back(path);
  }
  return paths;
}

Request delete_container_request(std::string path) {
  Request request;
  request.operation.op = OpCode::delete_container;
  request.operation.path = std::move(path);
  return request;
}

}  // namespace logquake::zookeeper
