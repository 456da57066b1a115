// What a watcher is told. Source: Z-WT-2, Z-WT-17, Z-WP-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace logquake::zookeeper {

enum class EventType : std::int32_t {
  none = -1,  // the session's state has changed, nothing else
  node_created = 1,
  node_deleted = 2,
  node_data_changed = 3,
  node_children_changed = 4,
};
std::string_view name_of(EventType type);

/// What a client knows about its session. Source: Z-WT-17.
enum class SessionState : std::int32_t {
  disconnected = 0,
  connected = 3,
  auth_failed = 4,
  expired = -112,
  closed = 7,
};
std::string_view name_of(SessionState state);

/// Either one change of one path (`type` is not none), or a change of the session's state.
struct WatchEvent {
  EventType type = EventType::none;
  SessionState state = SessionState::connected;
  std::string path;

  bool operator==(const WatchEvent&) const = default;
  template <class Io>
  void io(Io& io) {
    io("type", type);
    io("state", state);
    io("path", path);
  }
};

}  // namespace logquake::zookeeper
