// Every decoder of bytes answers whatever a disk gives it back: what was written up to the damage,
// or a refusal; never a crash, and never something that was not written. With its checksums made
// right again the damage reaches the fields, which must not trust a single length.
#include <gtest/gtest.h>

#include <set>

#include "models/database/redo_record.h"
#include "models/protocol/wire/record_batch.h"
#include "models/quorum/storage/storage.h"
#include "models/quorum/storage/transaction_log.h"
#include "models/quorum/tree/rules_harness.h"
#include "models/quorum/wire/jute.h"
#include "property_tests/damage.h"
#include "sim/base/format.h"
#include "sim/base/hash.h"
#include "sim/testing/run_program.h"

namespace logquake {
namespace {

using testing::damaged;

void append(Bytes& to, ByteView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

void set_number(Bytes& bytes, std::size_t at, std::uint64_t value, int size, bool little) {
  for (int i = 0; i < size; ++i) {
    const int shift = 8 * (little ? i : size - 1 - i);
    bytes.at(at + static_cast<std::size_t>(i)) = static_cast<std::byte>(value >> shift);
  }
}

std::vector<database::RedoRecord> redo_records() {
  using namespace database;
  std::vector<RedoRecord> records{RedoDefinition{.database = "d",
                                                 .sql = "create table t(id int)",
                                                 .statement_start = WallTime(5s),
                                                 .zone_offset_seconds = -3600,
                                                 .next_table = TableId(2)}};
  for (int number = 1; number <= 5; ++number) {
    records.emplace_back(RedoCounter{TableId(3), static_cast<std::uint64_t>(number)});
    records.emplace_back(RedoCommit{
        .number = CommitNumber(number),
        .stated_up_to = CommitNumber(number - 1),
        .rows = {{TableId(3), format("key {}", number),
                  Row{Value::null(), Value::integer(-5), Value(*Decimal::parse("-12.30")),
                      Value(1.5), Value::text("text"), Value(Binary{"\xff"}), Value(Date{19'000}),
                      Value(Time{-1, 6}), Value(DateTime{DateTime::zero, 3})}},
                 {TableId(4), "", {}}}});
  }
  records.emplace_back(RedoInitialised{});
  return records;
}

std::vector<Bytes> frames_in(ByteView log) {
  database::RedoReader reader(log);
  std::vector<Bytes> frames;
  while (const auto record = reader.next()) frames.push_back(database::frame_of(*record));
  EXPECT_LE(reader.position(), static_cast<std::int64_t>(log.size()));
  return frames;
}

// Damage may leave records out, never invent one. A block that the damage moved whole is a record.
TEST(DamagedBytes, GiveBackOnlyRecordsThatTheRedoLogWrote) {
  std::set<Bytes> written;
  Bytes log;
  for (const auto& record : redo_records()) {
    written.insert(database::frame_of(record));
    append(log, database::frame_of(record));
  }
  std::size_t came_back = 0;
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    sim::Random random(seed);
    for (const auto& frame : frames_in(damaged(log, random))) {
      ASSERT_TRUE(written.contains(frame)) << seed;
      ++came_back;
    }
  }
  EXPECT_GT(came_back, 5000U);
}

TEST(DamagedBytes, DoNotBreakTheFieldsOfTheRedoLog) {
  constexpr std::size_t header = 8;  // length and CRC-32C
  int read = 0;
  const auto records = redo_records();
  for (std::uint64_t seed = 0; seed < 8000; ++seed) {
    sim::Random random(seed);
    const auto frame = database::frame_of(records[static_cast<std::size_t>(seed) % records.size()]);
    Bytes payload = damaged(Bytes(frame.begin() + header, frame.end()), random);
    Bytes sealed(header);
    const auto probe = database::frame_of(database::RedoInitialised{});
    const bool little = probe.front() != std::byte{0};  // its payload is one byte long
    set_number(sealed, 0, payload.size(), 4, little);
    set_number(sealed, 4, crc32c(payload), 4, little);
    append(sealed, payload);
    read += static_cast<int>(frames_in(sealed).size());
  }
  EXPECT_GT(read, 1000);  // many a wound only changes a value
}

/// A log file of ZooKeeper with some transactions, and the state that they make.
struct ZookeeperFiles {
  Bytes log;
  Bytes snapshot;

  ZookeeperFiles() {
    using namespace zookeeper;
    sim::testing::run_program([this](sim::Node& node) {
      zookeeper::testing::Rules rules;
      TransactionLog transactions(node.disk(), "zk", Zxid());
      for (int i = 0; i < 6; ++i) {
        Operation create;
        create.op = OpCode::create;
        create.path = format("/node-{}", i);
        create.data = std::string("data");
        const auto transaction = rules.prepare(create);
        rules.apply(transaction);
        transactions.append(transaction);
      }
      ASSERT_TRUE(transactions.write().ok());
      ASSERT_TRUE(transactions.sync().ok());
      for (const auto& name : node.disk().list("zk"))
        log = *node.disk().open(name, sim::Open::existing)->read_all();
      snapshot = encode_snapshot(rules.tree);
    });
  }
};

Bytes encoded(const zookeeper::LogRecord& record) {
  zookeeper::JuteWriter out;
  out.put(record);
  return std::move(out).take();
}

TEST(DamagedBytes, GiveBackOnlyTransactionsThatZookeeperLogged) {
  const ZookeeperFiles files;
  std::set<Bytes> written;
  for (const auto& record : zookeeper::parse_log(files.log).records)
    written.insert(encoded(record));
  ASSERT_EQ(written.size(), 6U);
  std::size_t came_back = 0;
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    sim::Random random(seed);
    const Bytes bytes = damaged(files.log, random);
    const auto parsed = zookeeper::parse_log(bytes);
    ASSERT_LE(parsed.valid_bytes, parsed.total_bytes) << seed;
    ASSERT_EQ(parsed.total_bytes, static_cast<std::int64_t>(bytes.size())) << seed;
    for (const auto& record : parsed.records) {
      ASSERT_TRUE(written.contains(encoded(record))) << seed;
      ++came_back;
    }
  }
  EXPECT_GT(came_back, 5000U);
}

TEST(DamagedBytes, DoNotBreakTheFieldsOfZookeepersLog) {
  constexpr std::size_t header = 16;
  const ZookeeperFiles files;
  const auto records = zookeeper::parse_log(files.log).records;
  std::size_t read = 0;
  for (std::uint64_t seed = 0; seed < 8000; ++seed) {
    sim::Random random(seed);
    const auto body =
        damaged(encoded(records[static_cast<std::size_t>(seed) % records.size()]), random);
    Bytes sealed(files.log.begin(), files.log.begin() + header);
    zookeeper::JuteWriter prefix;
    prefix.put(static_cast<std::int64_t>(zookeeper::adler32(body)));
    prefix.put(static_cast<std::int32_t>(body.size()));
    append(sealed, prefix.bytes());
    append(sealed, body);
    sealed.push_back(std::byte{'B'});
    read += zookeeper::parse_log(sealed).records.size();
  }
  EXPECT_GT(read, 500U);
}

TEST(DamagedBytes, AreNoSnapshotOfZookeeperUnlessTheyAreWhole) {
  const ZookeeperFiles files;
  ASSERT_TRUE(zookeeper::decode_snapshot(files.snapshot));
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    sim::Random random(seed);
    const Bytes bytes = damaged(files.snapshot, random);
    const auto tree = zookeeper::decode_snapshot(bytes);
    ASSERT_TRUE(!tree || zookeeper::encode_snapshot(*tree) == files.snapshot) << seed;
    // The checksum made right again.
    constexpr std::size_t trailer = 8 + 4 + 1;
    if (bytes.size() <= trailer) continue;
    Bytes sealed(bytes.begin(), bytes.end() - trailer);
    zookeeper::JuteWriter end;
    end.put(static_cast<std::int64_t>(zookeeper::adler32(sealed)));
    end.put(std::string("/"));
    append(sealed, end.bytes());
    zookeeper::decode_snapshot(sealed);
  }
}

kafka::Record record_of(std::string_view key, std::string_view value) {
  kafka::Record record;
  record.timestamp = 1'700'000'000'000;
  record.key = to_bytes(key);
  record.value = to_bytes(value);
  record.headers = {{"h", to_bytes("v")}};
  return record;
}

// The CRC covers everything from the attributes on; base offset, length, leader epoch and magic
// stand before it.
TEST(DamagedBytes, AreNoRecordBatchesUnlessTheyAreWhole) {
  const auto batch = kafka::wire::make_batch({record_of("a", "1"), record_of("b", "2")});
  const Bytes whole = *kafka::wire::encode(batch);
  Bytes log = whole;
  append(log, whole);
  const auto covered = [](ByteView bytes) { return to_bytes(text_of(bytes.subspan(21))); };
  const Bytes written = covered(whole);
  std::size_t came_back = 0;
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    sim::Random random(seed);
    const Bytes bytes = damaged(log, random);
    const auto views = kafka::wire::split(bytes);
    if (!views) continue;
    ASSERT_LE(views->leftover, bytes.size()) << seed;
    for (const auto& view : views->batches) {
      if (!kafka::wire::decode(view.bytes)) continue;
      ASSERT_EQ(covered(view.bytes), written) << seed;
      ++came_back;
    }
  }
  EXPECT_GT(came_back, 1000U);
}

}  // namespace
}  // namespace logquake
