// What clients ask of the tree and what they are answered: alone, or as members of a multi.
// Source: Z-WP-10, Z-WP-12.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/quorum/wire/acl.h"
#include "models/quorum/wire/error.h"
#include "models/quorum/wire/stat.h"

namespace logquake::zookeeper {

/// The op codes of the client port. Source: Z-WP-10.
enum class OpCode : std::int32_t {
  notification = 0,
  create = 1,
  remove = 2,
  exists = 3,
  get_data = 4,
  set_data = 5,
  get_acl = 6,
  set_acl = 7,
  get_children = 8,
  sync = 9,
  ping = 11,
  get_children2 = 12,
  check = 13,
  multi = 14,
  create2 = 15,
  reconfig = 16,
  check_watches = 17,
  remove_watches = 18,
  create_container = 19,
  delete_container = 20,
  create_ttl = 21,
  multi_read = 22,
  auth = 100,
  set_watches = 101,
  sasl = 102,
  get_ephemerals = 103,
  get_all_children_number = 104,
  set_watches2 = 105,
  add_watch = 106,
  who_am_i = 107,
  create_session = -10,
  close_session = -11,
  error = -1,
};
std::string_view name_of(OpCode op);
/// Whether the operation changes state and so consumes a zxid, even if it is refused.
bool is_write(OpCode op);
/// Whether the server has the operation among those that wait their turn; others close the
/// connection (Z-ER-7, Z-ER-8).
bool is_offered(OpCode op);

/// Flags of a create. Source: Z-DM-13.
enum class CreateMode : std::int32_t {
  persistent = 0,
  ephemeral = 1,
  persistent_sequential = 2,
  ephemeral_sequential = 3,
  container = 4,
  persistent_with_ttl = 5,
  persistent_sequential_with_ttl = 6,
};
constexpr bool is_ephemeral(CreateMode mode) {
  return mode == CreateMode::ephemeral || mode == CreateMode::ephemeral_sequential;
}
constexpr bool is_sequential(CreateMode mode) {
  return mode == CreateMode::persistent_sequential || mode == CreateMode::ephemeral_sequential ||
         mode == CreateMode::persistent_sequential_with_ttl;
}
constexpr bool has_ttl(CreateMode mode) {
  return mode == CreateMode::persistent_with_ttl ||
         mode == CreateMode::persistent_sequential_with_ttl;
}
/// The longest time to live, in milliseconds; the shortest is 1. Source: Z-DM-16.
inline constexpr std::int64_t longest_ttl = 0xFFFFFFFFFF;

/// "Whatever the version is." Source: Z-DM-11.
inline constexpr std::int32_t any_version = -1;

/// A znode's content; absent is not the same as empty (Z-DM-3, Z-OBS-14).
using Data = std::optional<std::string>;

/// Whether a read leaves a one-shot watch behind. Source: Z-WT-1.
enum class Watch : std::uint8_t { none, once };

/// How a watch that stays sees: its path alone, or every descendant too. Source: Z-WT-6, Z-WT-7.
enum class AddWatchMode : std::int32_t { persistent = 0, persistent_recursive = 1 };

/// Which watches checkWatches and removeWatches mean. Source: Z-WT-16.
enum class WatcherType : std::int32_t { children = 1, data = 2, any = 3 };

/// One request to the tree. Which fields count depends on `op`.
struct Operation {
  OpCode op{};
  std::string path;
  Data data;               // creates, set_data
  Acl acl;                 // creates, set_acl
  std::int32_t flags = 0;  // creates: a CreateMode; add_watch: its mode; the type of watches
  std::int64_t ttl = 0;    // create_ttl: milliseconds
  std::int32_t version = any_version;  // remove, set_data, set_acl, check
  bool watch = false;                  // exists, get_data, get_children

  template <class Io>
  void io(Io& io) {
    io("op", op);
    io("path", path);
    io("data", data);
    io("acl", acl);
    io("flags", flags);
    io("ttl", ttl);
    io("version", version);
    io("watch", watch);
  }
};

// How to write them down.
Operation create_op(std::string path, Data data, CreateMode mode = CreateMode::persistent,
                    Acl acl = open_acl());
Operation create_ttl_op(std::string path, Data data, std::int64_t ttl_ms,
                        CreateMode mode = CreateMode::persistent_with_ttl);
Operation remove_op(std::string path, std::int32_t version = any_version);
Operation set_op(std::string path, Data data, std::int32_t version = any_version);
Operation check_op(std::string path, std::int32_t version);
Operation get_op(std::string path, Watch watch = Watch::none);
Operation exists_op(std::string path, Watch watch = Watch::none);
Operation children_op(std::string path, Watch watch = Watch::none);
Operation add_watch_op(std::string path, AddWatchMode mode);
Operation remove_watches_op(std::string path, WatcherType type = WatcherType::any);
/// Whether this connection holds such a watch. Source: Z-WT-16.
Operation check_watches_op(std::string path, WatcherType type = WatcherType::any);

/// The answer to one Operation. Fields beyond `error` count only where the operation has them.
struct OperationResult {
  OpCode op{};
  ErrorCode error{};
  std::string path;                // creates: the final name; sync
  std::optional<Stat> stat;        // create2, exists, get_data, set_data, get_children2, ACLs
  Data data;                       // get_data
  std::vector<std::string> names;  // children, in byte order (Z-DM-20); get_ephemerals
  Acl acl;                         // get_acl
  std::int64_t number = 0;         // get_all_children_number
  Identities identities;           // who_am_i

  bool ok() const { return error == ErrorCode::ok; }
  template <class Io>
  void io(Io& io) {
    io("op", op);
    io("error", error);
    io("path", path);
    io("stat", stat);
    io("data", data);
    io("names", names);
    io("acl", acl);
    io("number", number);
    io("identities", identities);
  }
};

/// The type that stands before a member's result in the answer to a multi: an error where it
/// failed, create2 for whatever creates with a Stat. Source: Z-WP-12, Z-MU-5.
OpCode member_type(const OperationResult& result);

}  // namespace logquake::zookeeper
