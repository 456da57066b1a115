#include "models/protocol/wire/record_batch.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "models/protocol/wire/primitives.h"
#include "sim/base/check.h"
#include "sim/base/format.h"
#include "sim/base/hash.h"

namespace logquake::kafka::wire {
namespace {

// Byte offsets from the batch's start. Source: K-LOG-1.
constexpr std::size_t at_leader_epoch = 12;
constexpr std::size_t at_crc = 17;
constexpr std::size_t at_attributes = 21;
constexpr std::size_t at_max_timestamp = 35;
constexpr std::size_t at_producer_id = 43;
constexpr std::size_t at_producer_epoch = 51;
constexpr std::size_t at_base_sequence = 53;
constexpr std::int32_t least_batch_length =
    static_cast<std::int32_t>(batch_header_bytes - batch_prefix_bytes);

// Attribute bits. Source: K-LOG-3.
constexpr unsigned compression_bits = 0x07;
constexpr unsigned log_append_time_bit = 0x08;
constexpr unsigned transactional_bit = 0x10;
constexpr unsigned control_bit = 0x20;
constexpr unsigned delete_horizon_bit = 0x40;

std::int16_t attributes_of(const BatchHeader& header) {
  auto bits = static_cast<unsigned>(header.compression);
  if (header.timestamp_type == TimestampType::log_append_time) bits |= log_append_time_bit;
  if (header.is_transactional) bits |= transactional_bit;
  if (header.is_control) bits |= control_bit;
  if (header.has_delete_horizon) bits |= delete_horizon_bit;
  return static_cast<std::int16_t>(bits);
}

template <class Integer>
void put(std::span<std::byte> batch, std::size_t at, Integer value) {
  LOGQUAKE_CHECK(batch.size() >= batch_header_bytes, "a field is set in a whole batch header");
  auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
  for (std::size_t i = sizeof(Integer); i-- > 0;) {
    batch[at + i] = static_cast<std::byte>(bits & 0xff);
    bits = static_cast<decltype(bits)>(static_cast<std::uint64_t>(bits) >> 8);
  }
}

void compute_crc(std::span<std::byte> batch) {
  put(batch, at_crc, crc32c(batch.subspan(at_attributes)));
}

void write_nullable(Writer& out, const std::optional<Bytes>& value) {
  if (!value) return out.varint(-1);
  out.varint(static_cast<std::int32_t>(value->size()));
  out.raw(*value);
}

// The body of a record, without the length before it. Source: K-LOG-4.
void write_record(Writer& out, const BatchRecord& element, Timestamp base_timestamp) {
  const auto& record = element.record;
  out.int8(0);
  out.varlong(record.timestamp - base_timestamp);
  out.varint(element.offset_delta);
  write_nullable(out, record.key);
  write_nullable(out, record.value);
  out.varint(static_cast<std::int32_t>(record.headers.size()));
  for (const auto& header : record.headers) {
    out.varint(static_cast<std::int32_t>(header.key.size()));
    out.raw(view_of(header.key));
    write_nullable(out, header.value);
  }
}

std::optional<Bytes> read_nullable(Reader& in, std::string_view what) {
  const auto size = in.varint();
  if (size == -1 || !in.ok()) return std::nullopt;
  if (size < -1) {
    in.fail(format("byte {}: a {} of length {}", in.position(), what, size));
    return std::nullopt;
  }
  const auto view = in.raw(static_cast<std::size_t>(size));
  return Bytes(view.begin(), view.end());
}

std::vector<RecordHeader> read_headers(Reader& in) {
  std::vector<RecordHeader> headers;
  const auto count = in.varint();
  if (in.ok() && (count < 0 || static_cast<std::size_t>(count) > in.left())) {
    in.fail(format("byte {}: {} headers in {} bytes", in.position(), count, in.left()));
  }
  for (std::int32_t i = 0; i < count && in.ok(); ++i) {
    const auto key = read_nullable(in, "header key");
    if (!key && in.ok()) in.fail(format("byte {}: a header key is null", in.position()));
    auto value = read_nullable(in, "header value");
    if (in.ok()) headers.push_back({std::string(text_of(*key)), std::move(value)});
  }
  return headers;
}

BatchRecord read_record(Reader& in, const BatchHeader& header) {
  BatchRecord element;
  const auto length = in.varint();
  const auto start = in.position();
  if (in.ok() && (length < 0 || static_cast<std::size_t>(length) > in.left())) {
    in.fail(format("byte {}: a record of length {}, {} bytes are left", start, length, in.left()));
  }
  in.int8();  // attributes: unused
  const auto timestamp_delta = static_cast<std::uint64_t>(in.varlong());
  element.record.timestamp =
      static_cast<Timestamp>(static_cast<std::uint64_t>(header.base_timestamp) + timestamp_delta);
  if (header.timestamp_type == TimestampType::log_append_time) {
    element.record.timestamp = header.max_timestamp;
  }
  element.offset_delta = in.varint();
  element.record.key = read_nullable(in, "key");
  element.record.value = read_nullable(in, "value");
  element.record.headers = read_headers(in);
  if (in.ok() && in.position() - start != static_cast<std::size_t>(length)) {
    in.fail(format("byte {}: a record of length {} takes {} bytes", start, length,
                   in.position() - start));
  }
  return element;
}

Error corrupt(const BatchHeader& header, std::string_view what) {
  return {ErrorCode::corrupt_message,
          format("record batch at offset {}: {}", header.base_offset, what)};
}

bool crc_matches(ByteView batch, std::uint32_t crc) {
  return crc32c(batch.subspan(at_attributes)) == crc;
}

}  // namespace

std::int32_t BatchHeader::last_sequence() const {
  return base_sequence == no_sequence ? no_sequence
                                      : sequence_after(base_sequence, last_offset_delta);
}

std::int32_t sequence_after(std::int32_t sequence, std::int32_t count) {
  constexpr auto largest = std::numeric_limits<std::int32_t>::max();
  return sequence > largest - count ? count - (largest - sequence) - 1 : sequence + count;
}

RecordBatch make_batch(std::vector<Record> records) {
  LOGQUAKE_CHECK(!records.empty(), "a producer sends no empty batch");
  RecordBatch batch;
  batch.header.base_timestamp = records.front().timestamp;
  batch.header.max_timestamp = records.front().timestamp;
  batch.header.last_offset_delta = static_cast<std::int32_t>(records.size()) - 1;
  std::int32_t delta = 0;
  for (auto& record : records) {
    batch.header.max_timestamp = std::max(batch.header.max_timestamp, record.timestamp);
    batch.records.push_back({delta++, std::move(record)});
  }
  return batch;
}

std::optional<ControlType> control_type(const Record& record) {
  if (!record.key) return std::nullopt;
  Reader in(*record.key);
  in.int16();  // the version; later ones only append
  const auto type = in.int16();
  if (!in.ok() || type < 0 || type > 2) return std::nullopt;
  return static_cast<ControlType>(type);
}

Outcome<Bytes> encode(const RecordBatch& batch) {
  const auto& header = batch.header;
  if (header.compression != Compression::none) {
    return Error{ErrorCode::unsupported_compression_type,
                 "encode a record batch: only codec none is modelled"};
  }
  Writer out;
  out.int64(header.base_offset.value());
  out.int32(0);  // the length, below
  out.int32(header.partition_leader_epoch.value());
  out.int8(header.magic);
  out.uint32(0);  // the CRC, below
  out.int16(attributes_of(header));
  out.int32(header.last_offset_delta);
  out.int64(header.base_timestamp);
  out.int64(header.max_timestamp);
  out.int64(header.producer_id.value());
  out.int16(header.producer_epoch.value());
  out.int32(header.base_sequence);
  out.int32(static_cast<std::int32_t>(batch.records.size()));
  for (const auto& element : batch.records) {
    Writer body;
    write_record(body, element, header.base_timestamp);
    out.varint(static_cast<std::int32_t>(body.size()));
    out.raw(body.buffer());
  }
  Bytes bytes = std::move(out).take();
  put(bytes, 8, static_cast<std::int32_t>(bytes.size() - batch_prefix_bytes));
  compute_crc(bytes);
  return bytes;
}

Outcome<BatchHeader> read_header(ByteView bytes) {
  Reader in(bytes);
  BatchHeader header;
  header.base_offset = Offset(in.int64());
  header.batch_length = in.int32();
  header.partition_leader_epoch = LeaderEpoch(in.int32());
  header.magic = in.int8();
  header.crc = in.uint32();
  const auto attributes = static_cast<unsigned>(static_cast<std::uint16_t>(in.int16()));
  header.last_offset_delta = in.int32();
  header.base_timestamp = in.int64();
  header.max_timestamp = in.int64();
  header.producer_id = ProducerId(in.int64());
  header.producer_epoch = ProducerEpoch(in.int16());
  header.base_sequence = in.int32();
  header.record_count = in.int32();
  if (!in.ok()) return corrupt(header, format("the header is cut off at {} bytes", bytes.size()));
  if (header.magic == 0 || header.magic == 1) {
    return Error{ErrorCode::unsupported_for_message_format,
                 format("record batch at offset {}: magic {}, expected 2", header.base_offset,
                        header.magic)};
  }
  if (header.magic != 2) return corrupt(header, format("magic {}, expected 2", header.magic));
  if (header.batch_length < least_batch_length) {
    return corrupt(
        header, format("length {}, expected at least {}", header.batch_length, least_batch_length));
  }
  if (header.base_offset < Offset{0}) return corrupt(header, "a negative base offset");
  if (header.last_offset_delta < 0 ||
      header.base_offset.value() >
          std::numeric_limits<std::int64_t>::max() - header.last_offset_delta) {
    return corrupt(header, format("last offset delta {}", header.last_offset_delta));
  }
  if (header.record_count < 0 || header.record_count - 1 > header.last_offset_delta) {
    return corrupt(header, format("{} records, last offset delta {}", header.record_count,
                                  header.last_offset_delta));
  }
  if ((attributes & compression_bits) > static_cast<unsigned>(Compression::zstd)) {
    return corrupt(header, format("unknown compression codec {}", attributes & compression_bits));
  }
  header.compression = static_cast<Compression>(attributes & compression_bits);
  header.timestamp_type = (attributes & log_append_time_bit) ? TimestampType::log_append_time
                                                             : TimestampType::create_time;
  header.is_transactional = (attributes & transactional_bit) != 0;
  header.is_control = (attributes & control_bit) != 0;
  header.has_delete_horizon = (attributes & delete_horizon_bit) != 0;
  return header;
}

bool has_valid_crc(ByteView bytes) {
  const auto header = read_header(bytes);
  return header && bytes.size() >= header->total_bytes() &&
         crc_matches(bytes.first(header->total_bytes()), header->crc);
}

Outcome<RecordBatch> decode(ByteView bytes) {
  const auto header = read_header(bytes);
  if (!header) return header.error();
  if (bytes.size() < header->total_bytes()) {
    return corrupt(*header, format("cut off: {} bytes of {}", bytes.size(), header->total_bytes()));
  }
  bytes = bytes.first(header->total_bytes());
  if (!crc_matches(bytes, header->crc)) {
    return corrupt(*header, format("crc {:08x}, expected {:08x}",
                                   crc32c(bytes.subspan(at_attributes)), header->crc));
  }
  if (header->compression != Compression::none) {
    return Error{ErrorCode::unsupported_compression_type,
                 format("record batch at offset {}: codec {}, only none is modelled",
                        header->base_offset, static_cast<int>(header->compression))};
  }
  RecordBatch batch{*header, {}};
  Reader in(bytes.subspan(batch_header_bytes));
  std::int32_t least_delta = 0;
  for (std::int32_t i = 0; i < header->record_count && in.ok(); ++i) {
    auto element = read_record(in, *header);
    if (!in.ok()) break;
    if (element.offset_delta < least_delta || element.offset_delta > header->last_offset_delta) {
      return corrupt(*header, format("record {}: offset delta {}, expected {} to {}", i,
                                     element.offset_delta, least_delta, header->last_offset_delta));
    }
    least_delta = element.offset_delta + 1;
    batch.records.push_back(std::move(element));
  }
  if (!in.ok()) return corrupt(*header, "records, " + in.failure());
  if (in.left() > 0) return corrupt(*header, format("{} bytes after the last record", in.left()));
  return batch;
}

Outcome<BatchViews> split(ByteView bytes) {
  BatchViews views;
  while (bytes.size() >= batch_header_bytes) {
    const auto header = read_header(bytes);
    if (!header) return header.error();
    const auto size = header->total_bytes();
    if (size > bytes.size()) break;
    views.batches.push_back({*header, bytes.first(size)});
    bytes = bytes.subspan(size);
  }
  views.leftover = bytes.size();
  return views;
}

void set_base_offset(std::span<std::byte> batch, Offset base_offset) {
  put(batch, 0, base_offset.value());
}

void set_partition_leader_epoch(std::span<std::byte> batch, LeaderEpoch epoch) {
  put(batch, at_leader_epoch, epoch.value());
}

void set_max_timestamp(std::span<std::byte> batch, TimestampType type, Timestamp max_timestamp) {
  put(batch, at_max_timestamp, max_timestamp);
  const auto bit = static_cast<std::byte>(log_append_time_bit);
  auto& low = batch[at_attributes + 1];
  low = type == TimestampType::log_append_time ? (low | bit) : (low & ~bit);
  compute_crc(batch);
}

void set_producer(std::span<std::byte> batch, ProducerId id, ProducerEpoch epoch,
                  std::int32_t base_sequence) {
  put(batch, at_producer_id, id.value());
  put(batch, at_producer_epoch, epoch.value());
  put(batch, at_base_sequence, base_sequence);
  compute_crc(batch);
}

std::size_t record_bytes(const Record& record, std::int32_t offset_delta,
                         Timestamp base_timestamp) {
  const auto sized = [](std::size_t size) {
    return size_of_varint(static_cast<std::int32_t>(size)) + size;
  };
  const auto nullable = [&](const std::optional<Bytes>& value) {
    return value ? sized(value->size()) : 1;
  };
  std::size_t body =
      1 + size_of_varlong(record.timestamp - base_timestamp) + size_of_varint(offset_delta);
  body += nullable(record.key) + nullable(record.value);
  body += size_of_varint(static_cast<std::int32_t>(record.headers.size()));
  for (const auto& header : record.headers)
    body += sized(header.key.size()) + nullable(header.value);
  return sized(body);
}

}  // namespace logquake::kafka::wire
