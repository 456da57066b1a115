#include "models/broker/log/checkpoints.h"

#include <charconv>
#include <mutex>
#include <vector>

#include "models/broker/probes.h"
#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

logquake::Error corrupt(int line, std::string_view expected, std::string_view found) {
  return {logquake::ErrorCode::corrupt,
          logquake::format("line {}: expected {}, found '{}'", line, expected, found)};
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return lines;
}

template <class Number>
bool read_number(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::string offsets_text(const Offsets& offsets) {
  std::string text = logquake::format("0\n{}\n", offsets.size());
  for (const auto& [partition, offset] : offsets) {
    text += logquake::format("{} {} {}\n", partition.topic, partition.partition, offset);
  }
  return text;
}

Result<Offsets> parse_offsets(std::string_view text) {
  const auto lines = lines_of(text);
  if (lines.empty() || lines[0] != "0")
    return corrupt(1, "version 0", lines.empty() ? "" : lines[0]);
  std::size_t count = 0;
  if (lines.size() < 2 || !read_number(lines[1], count)) return corrupt(2, "a count", "");
  Offsets offsets;
  for (std::size_t i = 2; i < lines.size(); ++i) {
    const auto line = lines[i];
    const auto first = line.find(' ');
    const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    TopicPartition partition;
    std::int64_t offset = 0;
    if (second == std::string_view::npos ||
        !read_number(line.substr(first + 1, second - first - 1), partition.partition) ||
        !read_number(line.substr(second + 1), offset)) {
      return corrupt(static_cast<int>(i) + 1, "'topic partition offset'", line);
    }
    partition.topic = line.substr(0, first);
    offsets[partition] = Offset{offset};
  }
  if (offsets.size() != count) return corrupt(2, logquake::format("{}", offsets.size()), lines[1]);
  return offsets;
}

Status write_atomically(sim::Node& node, const std::string& path, std::string_view text) {
  sim::Disk& disk = node.disk();
  const std::string temporary = path + ".tmp";
  auto file = disk.open(temporary, sim::Open::create);
  if (!file) return file.error();
  if (auto status = file->truncate(0); !status) return status;
  if (auto status = file->write(0, view_of(text)); !status) return status;
  if (auto status = file->sync(); !status) return status;
  node.yield(between_write_and_rename);
  if (auto status = disk.rename(temporary, path); !status) return status;
  return file->sync();  // the new name is durable too, as after an fsync of the folder
}

Result<std::string> read_text(sim::Node& node, const std::string& path) {
  auto file = node.disk().open(path, sim::Open::existing);
  if (file.is(logquake::ErrorCode::not_found)) return std::string{};
  if (!file) return file.error();
  auto bytes = file->read_all();
  if (!bytes) return bytes.error();
  return std::string(text_of(*bytes));
}

Status OffsetCheckpoint::write(const Offsets& offsets) {
  const std::lock_guard lock(writing_);
  return write_atomically(node_, path_, offsets_text(offsets));
}

Result<Offsets> OffsetCheckpoint::read() const {
  auto text = read_text(node_, path_);
  if (!text) return text.error();
  if (text->empty()) return Offsets{};
  auto offsets = parse_offsets(*text);
  if (!offsets) {
    return logquake::Error{offsets.error().code,
                           logquake::format("read {}: {}", path_, offsets.error().message)};
  }
  return offsets;
}

}  // namespace logquake::kafka
