#include "models/database/redo_record.h"

#include <bit>

#include "sim/base/hash.h"

namespace logquake::database {
namespace {

enum class Kind : std::uint8_t { definition = 1, counter = 2, commit = 3, initialised = 4 };
constexpr std::size_t frame_header = 8;  // length and CRC

class Writer {
 public:
  void number(std::uint64_t value, int bytes = 8) {
    for (int i = 0; i < bytes; ++i) out_.push_back(static_cast<std::byte>(value >> (8 * i) & 0xff));
  }
  void text(std::string_view text) {
    number(text.size(), 4);
    const ByteView bytes = view_of(text);
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }
  void value(const Value& value) {
    number(static_cast<std::uint64_t>(value.kind()), 1);
    switch (value.kind()) {
      case Value::Kind::null:
        break;
      case Value::Kind::integer:
        number(static_cast<std::uint64_t>(*value.as<std::int64_t>()));
        break;
      case Value::Kind::unsigned_integer:
        number(*value.as<std::uint64_t>());
        break;
      case Value::Kind::decimal:
      case Value::Kind::text:
      case Value::Kind::binary:
        text(to_string(value));
        break;
      case Value::Kind::real:
        number(std::bit_cast<std::uint64_t>(*value.as<double>()));
        break;
      case Value::Kind::single:
        number(std::bit_cast<std::uint32_t>(*value.as<float>()), 4);
        break;
      case Value::Kind::date:
        number(static_cast<std::uint32_t>(value.as<Date>()->days), 4);
        break;
      case Value::Kind::time:
        number(static_cast<std::uint64_t>(value.as<Time>()->microseconds));
        number(static_cast<std::uint64_t>(value.as<Time>()->digits), 1);
        break;
      case Value::Kind::date_time:
        number(static_cast<std::uint64_t>(value.as<DateTime>()->microseconds));
        number(static_cast<std::uint64_t>(value.as<DateTime>()->digits), 1);
        break;
    }
  }
  Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

class Reader {
 public:
  explicit Reader(ByteView bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }
  std::uint64_t number(std::size_t size = 8) {
    if (bytes_.size() < size) {
      ok_ = false;
      bytes_ = {};
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value |= std::to_integer<std::uint64_t>(bytes_[i]) << (8 * i);
    bytes_ = bytes_.subspan(size);
    return value;
  }
  std::string text() {
    const std::size_t size = number(4);
    if (bytes_.size() < size) {
      ok_ = false;
      bytes_ = {};
      return {};
    }
    std::string text(text_of(bytes_.first(size)));
    bytes_ = bytes_.subspan(size);
    return text;
  }
  Value value() {
    switch (static_cast<Value::Kind>(number(1))) {
      case Value::Kind::null:
        return {};
      case Value::Kind::integer:
        return Value(static_cast<std::int64_t>(number()));
      case Value::Kind::unsigned_integer:
        return Value(number());
      case Value::Kind::decimal:
        return Value(Decimal::parse(text()).value_or(Decimal()));
      case Value::Kind::text:
        return Value(text());
      case Value::Kind::binary:
        return Value(Binary{text()});
      case Value::Kind::real:
        return Value(std::bit_cast<double>(number()));
      case Value::Kind::single:
        return Value(std::bit_cast<float>(static_cast<std::uint32_t>(number(4))));
      case Value::Kind::date:
        return Value(Date{static_cast<std::int32_t>(number(4))});
      case Value::Kind::time: {
        const auto microseconds = static_cast<std::int64_t>(number());
        return Value(Time{microseconds, static_cast<std::int8_t>(number(1))});
      }
      case Value::Kind::date_time: {
        const auto microseconds = static_cast<std::int64_t>(number());
        return Value(DateTime{microseconds, static_cast<std::int8_t>(number(1))});
      }
    }
    ok_ = false;
    return {};
  }
  TableId table() { return TableId(static_cast<std::int32_t>(number(4))); }

 private:
  ByteView bytes_;
  bool ok_ = true;
};

void write(Writer& out, const RedoDefinition& record) {
  out.number(static_cast<std::uint64_t>(Kind::definition), 1);
  out.text(record.database);
  out.text(record.sql);
  out.number(static_cast<std::uint64_t>(record.statement_start.time_since_epoch().count()));
  out.number(static_cast<std::uint64_t>(record.zone_offset_seconds));
  out.number(static_cast<std::uint32_t>(record.next_table.value()), 4);
}
void write(Writer& out, const RedoCounter& record) {
  out.number(static_cast<std::uint64_t>(Kind::counter), 1);
  out.number(static_cast<std::uint32_t>(record.table.value()), 4);
  out.number(record.next_id);
}
void write(Writer& out, const RedoCommit& record) {
  out.number(static_cast<std::uint64_t>(Kind::commit), 1);
  out.number(static_cast<std::uint64_t>(record.number.value()));
  out.number(static_cast<std::uint64_t>(record.stated_up_to.value()));
  out.number(record.rows.size(), 4);
  for (const RedoRow& row : record.rows) {
    out.number(static_cast<std::uint32_t>(row.table.value()), 4);
    out.text(row.key);
    out.number(row.row ? row.row->size() + 1 : 0, 4);
    if (!row.row) continue;
    for (const Value& value : *row.row) out.value(value);
  }
}
void write(Writer& out, const RedoInitialised&) {
  out.number(static_cast<std::uint64_t>(Kind::initialised), 1);
}

RedoDefinition read_definition(Reader& in) {
  RedoDefinition record;
  record.database = in.text();
  record.sql = in.text();
  record.statement_start = WallTime(Duration(static_cast<std::int64_t>(in.number())));
  record.zone_offset_seconds = static_cast<std::int64_t>(in.number());
  record.next_table = in.table();
  return record;
}
RedoCounter read_counter(Reader& in) {
  RedoCounter record;
  record.table = in.table();
  record.next_id = in.number();
  return record;
}
RedoCommit read_commit(Reader& in) {
  RedoCommit record;
  record.number = CommitNumber(static_cast<std::int64_t>(in.number()));
  record.stated_up_to = CommitNumber(static_cast<std::int64_t>(in.number()));
  for (std::uint64_t left = in.number(4); left > 0 && in.ok(); --left) {
    RedoRow& row = record.rows.emplace_back();
    row.table = in.table();
    row.key = in.text();
    const std::uint64_t width = in.number(4);
    if (width == 0) continue;
    row.row.emplace();
    for (std::uint64_t i = 1; i < width && in.ok(); ++i) row.row->push_back(in.value());
  }
  return record;
}

}  // namespace

Bytes frame_of(const RedoRecord& record) {
  Writer payload;
  std::visit([&payload](const auto& kind) { write(payload, kind); }, record);
  const Bytes bytes = payload.take();
  Writer frame;
  frame.number(bytes.size(), 4);
  frame.number(crc32c(bytes), 4);
  Bytes framed = frame.take();
  framed.insert(framed.end(), bytes.begin(), bytes.end());
  return framed;
}

std::optional<RedoRecord> RedoReader::next() {
  const ByteView rest = bytes_.subspan(static_cast<std::size_t>(position_));
  if (rest.size() < frame_header) return std::nullopt;
  Reader header(rest);
  const std::size_t size = header.number(4);
  const auto crc = static_cast<std::uint32_t>(header.number(4));
  if (size == 0 || rest.size() - frame_header < size) return std::nullopt;
  const ByteView payload = rest.subspan(frame_header, size);
  if (crc32c(payload) != crc) return std::nullopt;
  Reader in(payload);
  std::optional<RedoRecord> record;
  switch (static_cast<Kind>(in.number(1))) {
    case Kind::definition:
      record = read_definition(in);
      break;
    case Kind::counter:
      record = read_counter(in);
      break;
    case Kind::commit:
      record = read_commit(in);
      break;
    case Kind::initialised:
      record = RedoInitialised{};
      break;
  }
  if (!record || !in.ok()) return std::nullopt;
  position_ += static_cast<std::int64_t>(frame_header + size);
  return record;
}

}  // namespace logquake::database
