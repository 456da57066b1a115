#include "models/broker/log/segment.h"

#include <algorithm>
#include <charconv>

#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

constexpr std::size_t digits = 20;  // K-LOG-20
constexpr std::string_view suffix = ".log";

}  // namespace

std::string Segment::file_name(Offset base_offset) {
  return logquake::format("{:020}{}", base_offset.value(), suffix);
}

std::optional<Offset> Segment::parse_file_name(std::string_view name) {
  if (name.size() != digits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  std::int64_t base = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + digits, base);
  if (error != std::errc{} || end != name.data() + digits) return std::nullopt;
  return Offset{base};
}

Result<Segment> Segment::create(sim::Disk& disk, const std::string& folder, Offset base_offset,
                                WallTime now) {
  auto file = disk.open(folder + "/" + file_name(base_offset), sim::Open::create);
  if (!file) return file.error();
  if (auto status = file->truncate(0); !status) return status.error();
  return Segment(std::move(*file), base_offset, now);
}

Result<Segment> Segment::open(sim::Disk& disk, const std::string& folder, Offset base_offset,
                              WallTime now) {
  auto file = disk.open(folder + "/" + file_name(base_offset), sim::Open::existing);
  if (!file) return file.error();
  return Segment(std::move(*file), base_offset, now);
}

Outcome<wire::BatchView> Segment::next_batch(ByteView rest, bool verify) const {
  auto header = wire::read_header(rest);
  if (!header) return header.error();
  if (header->total_bytes() > rest.size())
    return Error{ErrorCode::corrupt_message, "the last batch is cut off"};
  if (header->base_offset < next_offset() || header->last_offset_delta < 0) {
    return Error{ErrorCode::corrupt_message, logquake::format("offset {}, expected {} or more",
                                                              header->base_offset, next_offset())};
  }
  const ByteView batch = rest.first(header->total_bytes());
  if (verify && !wire::has_valid_crc(batch))
    return Error{ErrorCode::corrupt_message, "a wrong checksum"};
  return wire::BatchView{*header, batch};
}

void Segment::note(const wire::BatchHeader& header, std::int64_t position) {
  places_.push_back({.base_offset = header.base_offset,
                     .last_offset = header.last_offset(),
                     .position = position,
                     .bytes = static_cast<std::int64_t>(header.total_bytes()),
                     .max_timestamp = header.max_timestamp});
  max_timestamp_ = std::max(max_timestamp_, header.max_timestamp);
}

const BatchPlace* Segment::find(Offset offset) const {
  const auto found =
      std::lower_bound(places_.begin(), places_.end(), offset,
                       [](const BatchPlace& place, Offset at) { return place.last_offset < at; });
  return found == places_.end() ? nullptr : &*found;
}

const BatchPlace* Segment::find_timestamp(Timestamp timestamp) const {
  const auto found = std::find_if(places_.begin(), places_.end(), [&](const BatchPlace& place) {
    return place.max_timestamp >= timestamp;
  });
  return found == places_.end() ? nullptr : &*found;
}

Status Segment::append(ByteView batch, const wire::BatchHeader& header, WallTime now) {
  const std::int64_t position = file_.size();
  if (auto status = file_.write(position, batch); !status) return status;
  note(header, position);
  modified_ = now;
  return {};
}

Status Segment::truncate(std::int64_t bytes, WallTime now) {
  if (auto status = file_.truncate(bytes); !status) return status;
  std::erase_if(places_, [&](const BatchPlace& place) { return place.position >= bytes; });
  max_timestamp_ = no_timestamp;
  for (const auto& place : places_) max_timestamp_ = std::max(max_timestamp_, place.max_timestamp);
  modified_ = now;
  return {};
}

}  // namespace logquake::kafka
