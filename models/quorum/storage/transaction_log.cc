#include "models/quorum/storage/transaction_log.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "models/quorum/wire/jute.h"
#include "sim/base/check.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

constexpr std::int32_t log_magic = 0x5A4B4C47;  // "ZKLG" (Z-ST-1)
constexpr std::int32_t log_version = 2;
constexpr std::int64_t database_id = 0;
constexpr std::size_t header_bytes = 16;
constexpr std::size_t prefix_bytes = 12;  // checksum 8, length 4
constexpr auto end_mark = std::byte{0x42};

void put_header(JuteWriter& out) {
  out.put(log_magic);
  out.put(log_version);
  out.put(database_id);
}

bool has_header(ByteView bytes) {
  JuteWriter expected;
  put_header(expected);
  return bytes.size() >= header_bytes &&
         std::equal(expected.bytes().begin(), expected.bytes().end(), bytes.begin());
}

// Reads the record at `at`; how many bytes it takes, zero where there is no whole record.
std::size_t parse_record(ByteView bytes, std::size_t at, LogRecord& record) {
  const auto rest = bytes.subspan(at);
  if (rest.size() < prefix_bytes) return 0;
  JuteReader prefix(rest);
  std::int64_t checksum = 0;
  std::int32_t length = 0;
  prefix.get(checksum);
  prefix.get(length);
  if (length <= 0 || static_cast<std::size_t>(length) + prefix_bytes + 1 > rest.size()) return 0;
  const auto body = rest.subspan(prefix_bytes, static_cast<std::size_t>(length));
  if (rest[prefix_bytes + body.size()] != end_mark) return 0;
  if (adler32(body) != checksum) return 0;
  JuteReader reader(body);
  reader.get(record);
  if (reader.failed() || reader.position() != body.size()) return 0;
  return prefix_bytes + body.size() + 1;
}

}  // namespace

ParsedLog parse_log(ByteView bytes) {
  ParsedLog parsed;
  parsed.total_bytes = static_cast<std::int64_t>(bytes.size());
  std::size_t at = 0;
  if (has_header(bytes)) {
    at = header_bytes;
    LogRecord record;
    while (const auto length = parse_record(bytes, at, record)) {
      parsed.records.push_back(std::exchange(record, {}));
      at += length;
      parsed.ends.push_back(static_cast<std::int64_t>(at));
    }
  }
  parsed.valid_bytes = static_cast<std::int64_t>(at);
  for (; at < bytes.size(); ++at) {
    LogRecord record;
    if (parse_record(bytes, at, record) > 0)
      parsed.promised = std::max(parsed.promised, record.durable_to);
  }
  return parsed;
}

TransactionLog::TransactionLog(sim::Disk& disk, std::string folder, Zxid durable_to)
    : disk_(disk), folder_(std::move(folder)), appended_(durable_to), durable_to_(durable_to) {}

void TransactionLog::append(const Transaction& transaction) {
  LOGQUAKE_CHECK(transaction.zxid > appended_, format("append {} to the log: expected more than {}",
                                                      hex_of(transaction.zxid), hex_of(appended_)));
  if (buffer_.empty()) first_ = transaction.zxid;
  appended_ = transaction.zxid;
  JuteWriter body;
  body.put(LogRecord{transaction, durable_to_});
  JuteWriter record;
  record.put(static_cast<std::int64_t>(adler32(body.bytes())));
  record.put(static_cast<std::int32_t>(body.bytes().size()));
  buffer_.insert(buffer_.end(), record.bytes().begin(), record.bytes().end());
  buffer_.insert(buffer_.end(), body.bytes().begin(), body.bytes().end());
  buffer_.push_back(end_mark);
}

logquake::Status TransactionLog::write() {
  if (buffer_.empty()) return {};
  if (!file_) {
    auto opened = disk_.open(storage_path(folder_, "log", first_), sim::Open::create);
    if (!opened) return opened.error();
    file_ = *opened;
    if (auto emptied = file_->truncate(0); !emptied) return emptied;
    JuteWriter header;
    put_header(header);
    buffer_.insert(buffer_.begin(), header.bytes().begin(), header.bytes().end());
  }
  if (auto written = file_->append(buffer_); !written) return written;
  bytes_written_ += static_cast<std::int64_t>(buffer_.size());
  buffer_.clear();
  return {};
}

logquake::Status TransactionLog::sync() {
  if (!file_) return {};
  const auto up_to = appended_;
  if (auto synced = file_->sync(); !synced) return synced;
  durable_to_ = up_to;
  return {};
}

std::string storage_path(std::string_view folder, std::string_view kind, Zxid zxid) {
  return format("{}/{}.{:x}", folder, kind, static_cast<std::uint64_t>(zxid.value()));
}

std::optional<Zxid> zxid_of_file(std::string_view path, std::string_view kind) {
  const auto name = path.substr(path.rfind('/') + 1);
  if (name.size() <= kind.size() + 1 || name.substr(0, kind.size()) != kind ||
      name[kind.size()] != '.')
    return std::nullopt;
  const auto digits = name.substr(kind.size() + 1);
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return Zxid(static_cast<std::int64_t>(value));
}

}  // namespace logquake::zookeeper
