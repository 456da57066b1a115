#include "models/broker/log/leader_epochs.h"

#include <algorithm>
#include <charconv>

#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

/// The next line of `rest`, which loses it.
std::string_view take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return line;
}

template <class Number>
bool read_number(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

bool LeaderEpochs::assign(LeaderEpoch epoch, Offset start) {
  if (!entries_.empty() && entries_.back().epoch == epoch && entries_.back().start <= start)
    return false;
  std::erase_if(entries_, [&](const EpochStart& entry) {
    return entry.epoch >= epoch || entry.start >= start;
  });
  entries_.push_back({epoch, start});
  return true;
}

EpochEnd LeaderEpochs::end_offset_for(LeaderEpoch epoch, Offset log_end) const {
  const auto last = latest();
  if (epoch == no_leader_epoch || !last || epoch > *last) return {};
  if (epoch == *last) return {epoch, log_end};
  const auto higher = std::find_if(entries_.begin(), entries_.end(),
                                   [&](const EpochStart& entry) { return entry.epoch > epoch; });
  if (higher == entries_.begin()) return {epoch, higher->start};
  return {std::prev(higher)->epoch, higher->start};
}

LeaderEpoch LeaderEpochs::epoch_at(Offset offset) const {
  LeaderEpoch found = no_leader_epoch;
  for (const auto& entry : entries_) {
    if (entry.start <= offset) found = entry.epoch;
  }
  return found;
}

std::optional<LeaderEpoch> LeaderEpochs::latest() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.back().epoch;
}

bool LeaderEpochs::truncate_from_end(Offset end) {
  return std::erase_if(entries_, [&](const EpochStart& entry) { return entry.start >= end; }) > 0;
}

bool LeaderEpochs::truncate_from_start(Offset start) {
  const auto after = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const EpochStart& entry) { return entry.start > start; });
  if (after == entries_.begin()) return false;
  const auto covering = std::prev(after);
  if (covering == entries_.begin() && covering->start == start) return false;
  covering->start = start;
  entries_.erase(entries_.begin(), covering);
  return true;
}

std::string LeaderEpochs::text() const {
  std::string text = logquake::format("0\n{}\n", entries_.size());
  for (const auto& entry : entries_) text += logquake::format("{} {}\n", entry.epoch, entry.start);
  return text;
}

Result<LeaderEpochs> LeaderEpochs::parse(std::string_view text) {
  const auto corrupt = [](std::string_view why) {
    return logquake::Error{logquake::ErrorCode::corrupt,
                           logquake::format("leader epoch checkpoint: {}", why)};
  };
  std::string_view rest = text;
  if (take_line(rest) != "0") return corrupt("expected version 0");
  std::size_t count = 0;
  if (!read_number(take_line(rest), count)) return corrupt("expected a count");
  LeaderEpochs epochs;
  while (!rest.empty()) {
    const auto line = take_line(rest);
    const auto space = line.find(' ');
    std::int32_t epoch = 0;
    std::int64_t start = 0;
    if (space == std::string_view::npos || !read_number(line.substr(0, space), epoch) ||
        !read_number(line.substr(space + 1), start)) {
      return corrupt(logquake::format("expected 'epoch offset', found '{}'", line));
    }
    epochs.entries_.push_back({LeaderEpoch{epoch}, Offset{start}});
  }
  if (epochs.entries_.size() != count) return corrupt("the count is wrong");
  return epochs;
}

}  // namespace logquake::kafka
