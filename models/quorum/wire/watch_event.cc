#include "models/quorum/wire/watch_event.h"

namespace logquake::zookeeper {

std::string_view name_of(EventType type) {
  switch (type) {
    using enum EventType;
    case none:
      return "None";
    case node_created:
      return "NodeCreated";
    case node_deleted:
      return "NodeDeleted";
    case node_data_changed:
      return "NodeDataChanged";
    case node_children_changed:
      return "NodeChildrenChanged";
  }
  return "unknown";
}

std::string_view name_of(SessionState state) {
  switch (state) {
    using enum SessionState;
    case disconnected:
      return "Disconnected";
    case connected:
      return "SyncConnected";
    case auth_failed:
      return "AuthFailed";
    case expired:
      return "Expired";
    case closed:
      return "Closed";
  }
  return "unknown";
}

}  // namespace logquake::zookeeper
