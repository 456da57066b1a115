// Numbers, names and sizes as they are on the wire.
#include "models/quorum/wire/messages.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "models/quorum/wire/jute.h"

namespace logquake::zookeeper {
namespace {

template <class T>
std::string hex_of(const T& value) {
  JuteWriter writer;
  writer.put(value);
  return to_hex(writer.bytes());
}

TEST(Messages, WriteAnEventAsTypeStateAndPath) {  // Z-WP-8, Z-WT-11, Z-WT-19: no zxid
  WatchEvent event;
  event.type = EventType::node_data_changed;
  event.path = "/a";

  EXPECT_EQ(hex_of(event), "0000000300000003000000022f61");
  EXPECT_EQ(static_cast<int>(EventType::node_created), 1);
  EXPECT_EQ(static_cast<int>(EventType::node_deleted), 2);
  EXPECT_EQ(static_cast<int>(EventType::node_children_changed), 4);
  EXPECT_EQ(xid::notification, -1);
}

TEST(Messages, WriteAnAccessListEntryAsPermissionsSchemeAndId) {  // Z-WP-11
  EXPECT_EQ(hex_of(AclEntry()), "0000001f00000005776f726c6400000006616e796f6e65");
}

TEST(Messages, NumberTheOperations) {  // Z-WP-10
  const std::pair<int, std::string_view> numbers[] = {{1, "create"},
                                                      {2, "delete"},
                                                      {3, "exists"},
                                                      {4, "getData"},
                                                      {5, "setData"},
                                                      {6, "getACL"},
                                                      {7, "setACL"},
                                                      {8, "getChildren"},
                                                      {9, "sync"},
                                                      {11, "ping"},
                                                      {12, "getChildren2"},
                                                      {13, "check"},
                                                      {14, "multi"},
                                                      {15, "create2"},
                                                      {16, "reconfig"},
                                                      {17, "checkWatches"},
                                                      {18, "removeWatches"},
                                                      {19, "createContainer"},
                                                      {20, "deleteContainer"},
                                                      {21, "createTTL"},
                                                      {22, "multiRead"},
                                                      {100, "auth"},
                                                      {101, "setWatches"},
                                                      {102, "sasl"},
                                                      {103, "getEphemerals"},
                                                      {104, "getAllChildrenNumber"},
                                                      {105, "setWatches2"},
                                                      {106, "addWatch"},
                                                      {107, "whoAmI"},
                                                      {-10, "createSession"},
                                                      {-11, "closeSession"},
                                                      {-1, "error"}};
  for (const auto& [number, name] : numbers)
    EXPECT_EQ(name_of(static_cast<OpCode>(number)), name) << number;
}

TEST(Messages, NumberTheErrors) {  // Z-ER-1
  const std::pair<int, std::string_view> numbers[] = {{0, "OK"},
                                                      {-1, "SYSTEMERROR"},
                                                      {-2, "RUNTIMEINCONSISTENCY"},
                                                      {-3, "DATAINCONSISTENCY"},
                                                      {-4, "CONNECTIONLOSS"},
                                                      {-5, "MARSHALLINGERROR"},
                                                      {-6, "UNIMPLEMENTED"},
                                                      {-7, "OPERATIONTIMEOUT"},
                                                      {-8, "BADARGUMENTS"},
                                                      {-12, "UNKNOWNSESSION"},
                                                      {-13, "NEWCONFIGNOQUORUM"},
                                                      {-14, "RECONFIGINPROGRESS"},
                                                      {-100, "APIERROR"},
                                                      {-101, "NONODE"},
                                                      {-102, "NOAUTH"},
                                                      {-103, "BADVERSION"},
                                                      {-108, "NOCHILDRENFOREPHEMERALS"},
                                                      {-110, "NODEEXISTS"},
                                                      {-111, "NOTEMPTY"},
                                                      {-112, "SESSIONEXPIRED"},
                                                      {-113, "INVALIDCALLBACK"},
                                                      {-114, "INVALIDACL"},
                                                      {-115, "AUTHFAILED"},
                                                      {-118, "SESSIONMOVED"},
                                                      {-119, "NOTREADONLY"},
                                                      {-120, "EPHEMERALONLOCALSESSION"},
                                                      {-121, "NOWATCHER"},
                                                      {-122, "REQUESTTIMEOUT"},
                                                      {-123, "RECONFIGDISABLED"},
                                                      {-124, "SESSIONCLOSEDREQUIRESASLAUTH"},
                                                      {-125, "QUOTAEXCEEDED"},
                                                      {-127, "THROTTLEDOP"}};
  for (const auto& [number, name] : numbers)
    EXPECT_EQ(name_of(static_cast<ErrorCode>(number)), name) << number;
}

std::int64_t bytes_of(Operation operation) {
  Request request;
  request.operation = std::move(operation);
  return frame_bytes(request);
}

TEST(Messages, AreAsLongAsOnTheWire) {  // Z-WP-1, Z-WP-10, Z-WP-12; header 8, text 4 + its length
  constexpr std::int64_t world_anyone = 4 + (4 + 4 + 5 + 4 + 6);
  Operation bare;
  bare.op = OpCode::ping;
  Request multi;
  multi.operation.op = OpCode::multi;
  multi.members = {check_op("/a", 1)};
  Request watches;
  watches.operation.op = OpCode::set_watches;
  watches.watches.data = {"/a"};
  watches.watches.recursive = {"/b"};
  Request auth;
  auth.operation.op = OpCode::auth;
  auth.credentials = {"digest", "a:b"};

  EXPECT_EQ(bytes_of(bare), 8);
  EXPECT_EQ(bytes_of(create_op("/a", "xyz")), 8 + 6 + 7 + world_anyone + 4);
  EXPECT_EQ(bytes_of(create_op("/a", std::nullopt)), 8 + 6 + 4 + world_anyone + 4);
  EXPECT_EQ(bytes_of(create_ttl_op("/a", "", 1)), 8 + 6 + 4 + world_anyone + 4 + 8);
  EXPECT_EQ(bytes_of(get_op("/a")), 8 + 6 + 1);
  EXPECT_EQ(bytes_of(set_op("/a", "x")), 8 + 6 + 5 + 4);
  EXPECT_EQ(bytes_of(add_watch_op("/a", AddWatchMode::persistent)), 8 + 6 + 4);
  EXPECT_EQ(bytes_of(remove_watches_op("/a")), 8 + 6 + 4);
  EXPECT_EQ(frame_bytes(multi), 8 + 9 + (6 + 4) + 9);
  EXPECT_EQ(frame_bytes(watches), 8 + 8 + (4 + 6) + 4 + 4);
  watches.operation.op = OpCode::set_watches2;
  EXPECT_EQ(frame_bytes(watches), 8 + 8 + (4 + 6) + 4 + 4 + 4 + (4 + 6));
  EXPECT_EQ(frame_bytes(auth), 8 + 4 + (4 + 6) + (4 + 3));
}

TEST(Messages, ShowTheTypesOfMembersResults) {  // Z-WP-12, Z-MU-5
  const auto type = [](OpCode op, ErrorCode error = ErrorCode::ok) {
    OperationResult result;
    result.op = op;
    result.error = error;
    return static_cast<int>(member_type(result));
  };
  EXPECT_EQ(type(OpCode::create), 1);
  EXPECT_EQ(type(OpCode::create2), 15);
  EXPECT_EQ(type(OpCode::create_container), 15);
  EXPECT_EQ(type(OpCode::create_ttl), 15);
  EXPECT_EQ(type(OpCode::remove), 2);
  EXPECT_EQ(type(OpCode::check), 13);
  EXPECT_EQ(type(OpCode::set_data), 5);
  EXPECT_EQ(type(OpCode::get_data), 4);
  EXPECT_EQ(type(OpCode::get_children), 8);
  EXPECT_EQ(type(OpCode::create, ErrorCode::no_node), -1);
}

}  // namespace
}  // namespace logquake::zookeeper
