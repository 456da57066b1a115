#include "models/quorum/wire/wire.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/quorum/tree/session_tracker.h"
#include "sim/base/format.h"
#include "sim/random.h"

namespace logquake::zookeeper {
namespace {

Request request_of(Operation operation, std::vector<Operation> members = {}) {
  Request request;
  request.xid = 7;
  request.operation = std::move(operation);
  request.members = std::move(members);
  return request;
}

Operation bare(OpCode op, std::string path = "/a", std::int32_t flags = 0) {
  Operation operation;
  operation.op = op;
  operation.path = std::move(path);
  operation.flags = flags;
  return operation;
}

// One of every kind, with every field away from its default.
std::vector<Request> samples() {
  auto create = create_op("/a", "x", CreateMode::ephemeral_sequential, {{3, "ip", "1.2.3.4"}});
  auto ttl = create_op("/t", std::nullopt, CreateMode::persistent_with_ttl);
  ttl.ttl = 1'000'000'000'000;
  auto set_acl = bare(OpCode::set_acl);
  set_acl.acl = {{1, "world", "anyone"}, {31, "digest", "u:h"}};
  set_acl.version = 5;

  std::vector<Request> all;
  for (const auto& operation :
       {create, ttl, create_op("/c", "", CreateMode::container), set_acl, remove_op("/a", 3),
        set_op("/a", "data", 4), get_op("/a", Watch::once), exists_op("/a"),
        children_op("/a", Watch::once), bare(OpCode::get_acl), bare(OpCode::sync, "mal//formed"),
        bare(OpCode::get_ephemerals), bare(OpCode::get_all_children_number),
        bare(OpCode::add_watch, "/a", 1), bare(OpCode::remove_watches, "/a", 3),
        bare(OpCode::ping, ""), bare(OpCode::close_session, ""), bare(OpCode::reconfig, "")})
    all.push_back(request_of(operation));
  all.push_back(request_of(bare(OpCode::multi, ""), {create, remove_op("/a"), check_op("/b", 2)}));
  all.push_back(request_of(bare(OpCode::multi, "")));
  all.push_back(
      request_of(bare(OpCode::multi_read, ""), {get_op("/a"), bare(OpCode::get_children)}));
  auto watches = request_of(bare(OpCode::set_watches2, ""));
  watches.watches = {make_zxid(1, 9), {"/a"}, {"/b", "/c"}, {}, {"/p"}, {"/r"}};
  all.push_back(watches);
  auto auth = request_of(bare(OpCode::auth, ""));
  auth.credentials = {"digest", "user:pass"};
  all.push_back(auth);
  return all;
}

Bytes from_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  return bytes;
}

Stat sample_stat() { return {Zxid(1), Zxid(2), 3, 4, 5, 6, 7, SessionId(8), 9, 10, Zxid(11)}; }

const std::string stat_hex =
    "0000000000000001"
    "0000000000000002"
    "0000000000000003"
    "0000000000000004"
    "00000005"
    "00000006"
    "00000007"
    "0000000000000008"
    "00000009"
    "0000000a"
    "000000000000000b";

TEST(Wire, GreetsWithTheLengthsOfRealClients) {  // Z-WP-3, Z-WP-4, Z-OBS-3, Z-OBS-77
  ConnectFrame frame;
  frame.request.password = Bytes(16);
  ConnectResponse response;
  response.password = Bytes(16);

  EXPECT_EQ(encode(frame).size(), 44u);
  frame.read_only = false;
  EXPECT_EQ(encode(frame).size(), 45u);
  EXPECT_EQ(encode(response, false).size(), 36u);
  EXPECT_EQ(encode(response, true).size(), 37u);
}

TEST(Wire, ReadsGreetingsBack) {  // Z-WP-3, Z-WP-4
  ConnectFrame frame;
  frame.request = {make_zxid(2, 5), 4000, SessionId(77), session_password(SessionId(77))};
  for (const auto& read_only : {std::optional<bool>(), std::optional(false), std::optional(true)}) {
    frame.read_only = read_only;
    const auto back = decode_connect_request(encode(frame));

    ASSERT_TRUE(back);
    EXPECT_EQ(back->read_only, read_only);
    EXPECT_EQ(back->request.read_only, read_only.value_or(false));
    EXPECT_EQ(back->request.last_zxid_seen, make_zxid(2, 5));
    EXPECT_EQ(back->request.timeout, 4000);
    EXPECT_EQ(back->request.session, SessionId(77));
    EXPECT_EQ(back->request.password, session_password(SessionId(77)));
  }
  const auto response = decode_connect_response(encode({4000, SessionId(77), Bytes(16)}, true));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->session, SessionId(77));
  EXPECT_FALSE(response->read_only);
  EXPECT_TRUE(
      decode_connect_response(encode({4000, SessionId(77), Bytes(16), true}, true))->read_only);
  EXPECT_FALSE(decode_connect_response(Bytes(19)));
}

TEST(Wire, WritesRequestsAsTheFieldsAreListed) {  // Z-WP-5, Z-WP-10, Z-WP-11
  EXPECT_EQ(to_hex(encode(request_of(create_op("/a", "x", CreateMode::ephemeral)))),
            "00000007"
            "0000000f"
            "000000022f61"
            "0000000178"
            "00000001"
            "0000001f"
            "00000005776f726c64"
            "00000006616e796f6e65"
            "00000001");
  EXPECT_EQ(to_hex(encode(request_of(set_op("/a", std::nullopt, 3)))),
            "00000007"
            "00000005"
            "000000022f61"
            "ffffffff"
            "00000003");
  EXPECT_EQ(to_hex(encode(request_of(get_op("/a", Watch::once)))),
            "00000007"
            "00000004"
            "000000022f61"
            "01");
  EXPECT_EQ(to_hex(encode(request_of(bare(OpCode::close_session, "")))),
            "00000007"
            "fffffff5");
}

TEST(Wire, WritesTheMembersOfAMulti) {  // Z-WP-12
  EXPECT_EQ(to_hex(encode(request_of(bare(OpCode::multi), {check_op("/a", 1)}))),
            "00000007"
            "0000000e"
            "0000000d"
            "00"
            "ffffffff"
            "000000022f61"
            "00000001"
            "ffffffff"
            "01"
            "ffffffff");
}

TEST(Wire, ReadsEveryRequestBack) {  // Z-WP-10
  for (const auto& request : samples()) {
    const auto bytes = encode(request);
    const auto back = decode_request(bytes);

    ASSERT_TRUE(back && !back->undecodable) << name_of(request.op());
    EXPECT_EQ(to_hex(encode(*back)), to_hex(bytes)) << name_of(request.op());
    EXPECT_EQ(back->operation.path, request.operation.path);
    EXPECT_EQ(back->operation.data, request.operation.data);
  }
}

TEST(Wire, TellsEveryShorterBody) {  // Z-ER-10
  for (const auto& request : samples()) {
    const auto bytes = encode(request);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      const auto back = decode_request(ByteView(bytes).first(length));
      ASSERT_EQ(back.has_value(), length >= 8) << name_of(request.op()) << " cut to " << length;
      if (!back) continue;
      EXPECT_TRUE(back->undecodable) << name_of(request.op()) << " cut to " << length;
      EXPECT_EQ(back->op(), request.op());
      EXPECT_EQ(back->xid, 7);
    }
  }
}

TEST(Wire, TakesANullListForAnEmptyOneAndANullPathForNone) {  // Z-WP-2, Z-DM-2, Z-ACL-4
  const auto null_acl =
      decode_request(from_hex("00000007"
                              "00000001"
                              "000000022f61"
                              "ffffffff"
                              "ffffffff"
                              "00000000"));
  const auto null_path =
      decode_request(from_hex("00000007"
                              "00000004"
                              "ffffffff"
                              "00"));

  ASSERT_TRUE(null_acl && null_path);
  EXPECT_FALSE(null_acl->undecodable);
  EXPECT_TRUE(null_acl->operation.acl.empty());
  EXPECT_TRUE(null_path->undecodable);
}

TEST(Wire, PassesUnknownOperationsOn) {  // Z-ER-7
  const auto frame = decode_request(from_hex("0000000700000063"));

  ASSERT_TRUE(frame);
  EXPECT_FALSE(frame->undecodable);
  EXPECT_EQ(static_cast<int>(frame->op()), 99);
}

TEST(Wire, CannotDecodeAnUnknownMember) {  // Z-MU-1
  const auto frame =
      decode_request(from_hex("00000007"
                              "0000000e"
                              "00000063"
                              "00"
                              "ffffffff"
                              "ffffffff"
                              "01"
                              "ffffffff"));
  ASSERT_TRUE(frame);
  EXPECT_TRUE(frame->undecodable);
}

TEST(Wire, WritesABodyOnlyWithoutAnError) {  // Z-WP-5, Z-WP-9
  Reply reply;
  reply.xid = 7;
  reply.zxid = make_zxid(1, 2);
  reply.result.stat = sample_stat();

  EXPECT_EQ(to_hex(encode(reply, OpCode::exists)),
            "00000007"
            "0000000100000002"
            "00000000" +
                stat_hex);
  reply.error = ErrorCode::no_node;
  EXPECT_EQ(to_hex(encode(reply, OpCode::exists)),
            "00000007"
            "0000000100000002"
            "ffffff9b");
}

TEST(Wire, WritesAnEventWithoutAZxid) {  // Z-WP-8, Z-WT-11
  EXPECT_EQ(to_hex(encode(WatchEvent{EventType::node_deleted, SessionState::connected, "/a"})),
            "ffffffff"
            "ffffffffffffffff"
            "00000000"
            "00000002"
            "00000003"
            "000000022f61");
}

TEST(Wire, WritesTheResultsOfAMulti) {  // Z-WP-12
  Reply reply;
  reply.members.resize(2);
  reply.members[0].op = OpCode::create;
  reply.members[0].path = "/a";
  reply.members[1].op = OpCode::remove;

  EXPECT_EQ(to_hex(encode(reply, OpCode::multi)),
            "00000000"
            "0000000000000000"
            "00000000"
            "00000001"
            "00"
            "00000000"
            "000000022f61"
            "00000002"
            "00"
            "00000000"
            "ffffffff"
            "01"
            "ffffffff");
}

TEST(Wire, WritesOnlyErrorsOfAFailedMulti) {  // Z-MU-3, Z-WP-12
  Reply reply;
  reply.members.resize(2);
  reply.members[0].op = OpCode::create;
  reply.members[1].op = OpCode::check;
  reply.members[1].error = ErrorCode::no_node;

  EXPECT_EQ(to_hex(encode(reply, OpCode::multi)),
            "00000000"
            "0000000000000000"
            "00000000"
            "ffffffff"
            "00"
            "00000000"
            "00000000"
            "ffffffff"
            "00"
            "ffffff9b"
            "ffffff9b"
            "ffffffff"
            "01"
            "ffffffff");
}

TEST(Wire, ReadsRepliesBack) {  // Z-WP-10, Z-WP-12
  Reply reply;
  reply.xid = 7;
  reply.result.path = "/a0000000001";
  reply.result.stat = sample_stat();
  reply.result.data = "x";
  reply.result.names = {"b", "c"};
  reply.result.acl = open_acl();
  reply.result.number = 12;
  reply.result.identities = {{"ip", "1.2.3.4"}, {"digest", "user"}};
  auto& one = reply.members.emplace_back();
  one.op = OpCode::create2;
  one.path = "/a";
  one.stat = sample_stat();
  auto& two = reply.members.emplace_back();
  two.op = OpCode::set_data;
  two.stat = sample_stat();

  for (const auto op :
       {OpCode::create, OpCode::create2, OpCode::exists, OpCode::get_data, OpCode::get_acl,
        OpCode::get_children, OpCode::get_children2, OpCode::get_all_children_number, OpCode::ping,
        OpCode::get_ephemerals, OpCode::who_am_i, OpCode::sasl, OpCode::add_watch, OpCode::multi,
        OpCode::set_watches}) {
    const auto bytes = encode(reply, op);
    const auto message = decode_server_message(bytes, op);
    ASSERT_TRUE(message) << name_of(op);
    EXPECT_EQ(to_hex(encode(std::get<Reply>(*message), op)), to_hex(bytes)) << name_of(op);
    if (bytes.size() > 16) {
      EXPECT_FALSE(decode_server_message(ByteView(bytes).first(bytes.size() - 1), op));
    }
  }
}

TEST(Wire, KeepsTheErrorsOfAMultiReadApart) {  // Z-MU-6
  Reply reply;
  reply.members.resize(2);
  reply.members[0].op = OpCode::get_children;
  reply.members[0].names = {"x"};
  reply.members[1].op = OpCode::get_data;
  reply.members[1].error = ErrorCode::no_auth;

  const auto message = decode_server_message(encode(reply, OpCode::multi_read), OpCode::multi_read);

  ASSERT_TRUE(message);
  const auto& members = std::get<Reply>(*message).members;
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[0].names, std::vector<std::string>{"x"});
  EXPECT_EQ(members[1].error, ErrorCode::no_auth);
}

TEST(FrameReader, PutsFramesTogetherFromAnyPieces) {  // Z-WP-1, Z-WP-14
  Bytes stream;
  for (const auto& request : samples()) {
    const auto frame = framed(encode(request));
    stream.insert(stream.end(), frame.begin(), frame.end());
  }
  for (const std::size_t piece : {1u, 3u, 64u, 100'000u}) {
    FrameReader reader;
    std::vector<Bytes> frames;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      reader.append(ByteView(stream).subspan(at, std::min(piece, stream.size() - at)));
      while (auto frame = reader.next()) frames.push_back(std::move(*frame));
    }
    ASSERT_EQ(frames.size(), samples().size());
    for (std::size_t i = 0; i < frames.size(); ++i) EXPECT_EQ(frames[i], encode(samples()[i]));
  }
}

TEST(FrameReader, BreaksOnLengthsThatNobodyMeans) {  // Z-WP-1, Z-OBS-31
  for (const auto* length : {"fffffffb", "00100000", "73727672"}) {
    FrameReader reader;
    reader.append(from_hex(length));
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.is_broken()) << length;
  }
  FrameReader largest;
  largest.append(from_hex("000fffff"));
  EXPECT_FALSE(largest.next());
  EXPECT_FALSE(largest.is_broken());
}

// Bytes that a faulty or hostile client might send: whatever a decoder makes of them, it comes back
// and means the same when it is written and read once more.
TEST(Wire, MakesTheSameOfSpoiltBytesTwice) {
  sim::Random random(1);
  const auto valid = samples();
  std::size_t decoded = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = encode(random.pick(valid));
    for (auto spoils = random.between(1, 4); spoils > 0; --spoils) {
      const auto at = random.below(bytes.size());
      switch (random.below(3)) {
        case 0:
          bytes[at] = static_cast<std::byte>(random.below(256));
          break;
        case 1:
          bytes[at] ^= static_cast<std::byte>(1u << random.below(8));
          break;
        default:
          bytes.resize(at + 1);
      }
    }
    const auto op = static_cast<OpCode>(random.between(1, 22));
    if (const auto message = decode_server_message(bytes, op)) {
      if (const auto* reply = std::get_if<Reply>(&*message)) {
        const auto once = encode(*reply, op);
        const auto again = decode_server_message(once, op);
        ASSERT_TRUE(again);
        ASSERT_EQ(encode(std::get<Reply>(*again), op), once);
      }
    }
    (void)decode_connect_request(bytes);
    (void)decode_connect_response(bytes);
    const auto frame = decode_request(bytes);
    if (!frame || frame->undecodable) continue;
    ++decoded;
    const auto once = encode(*frame);
    const auto again = decode_request(once);
    ASSERT_TRUE(again && !again->undecodable) << to_hex(bytes);
    ASSERT_EQ(encode(*again), once);
  }
  EXPECT_GT(decoded, 2000u);
}

}  // namespace
}  // namespace logquake::zookeeper
