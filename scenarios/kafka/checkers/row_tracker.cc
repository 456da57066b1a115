#include "scenarios/kafka/checkers/row_tracker.h"

#include <algorithm>
#include <charconv>

#include "models/connect/facts.h"
#include "models/connect/jdbc_facts.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

std::optional<std::int64_t> number_in(const std::string& text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [at, trouble] = std::from_chars(text.data(), end, number);
  if (trouble != std::errc{} || at != end) return std::nullopt;
  return number;
}

// "2023-11-14 22:13:20.000" and "2023-11-14 22:13:20" are one date-time.
std::string comparable(const std::string& text) {
  if (text.size() == 23 && text[4] == '-' && text[10] == ' ' && text.ends_with(".000"))
    return text.substr(0, 19);
  return text;
}

}  // namespace

RowTracker::Known RowTracker::known(const database::RowImage& row) const {
  std::map<std::string, std::string> columns;
  for (const auto& column : row) {
    columns[column.column] = column.value ? comparable(*column.value) : std::string("NULL");
  }
  Known known;
  known.key = columns[route_.key];
  for (const auto& [name, value] : columns) known.image += format("{}={};", name, value);
  return known;
}

void RowTracker::insert_target(const std::string& row_key, const database::RowImage& row,
                               sim::EventId fact) {
  erase_target(row_key);
  const auto [key, image] = known(row);
  target_[row_key] = {key, image, fact};
  ++copies_[key];
  unread_.erase(key);
}

void RowTracker::erase_target(const std::string& row_key) {
  const auto found = target_.find(row_key);
  if (found == target_.end()) return;
  if (--copies_[found->second.key] == 0) {
    copies_.erase(found->second.key);
    const auto source = source_.find(found->second.key);
    if (source != source_.end() && !source->second.is_deleted) unread_.insert(found->second.key);
  }
  target_.erase(found);
}

void RowTracker::on_fact(const sim::TraceEvent& event) {
  history_.on_fact(event);
  if (const auto* produced = event.as<connect::RecordProduced>()) {
    // {"incrementing":17} is the offset of the row whose key is 17.
    constexpr std::string_view before = "{\"incrementing\":";
    const auto& offset = produced->source_offset;
    if (offset.starts_with(before) && offset.ends_with('}')) {
      produced_to_[offset.substr(before.size(), offset.size() - before.size() - 1)] =
          produced->partition;
    }
  } else if (const auto* query = event.as<connect::QueryStarted>()) {
    if (query->table == route_.from) seen_by_queries_ = std::max(seen_by_queries_, query->reached);
  } else if (const auto* inserted = event.as<database::RowInserted>()) {
    if (inserted->table == route_.to) insert_target(inserted->key, inserted->row, event.id);
    if (inserted->table != route_.from) return;
    const auto [key, image] = known(inserted->row);
    auto& row = source_[key];
    if (!row.versions.empty() && !row.is_deleted && row.versions.back() == image)
      return;  // restated by recovery
    const auto id = number_in(key);
    row.may_be_missed = id && *id <= seen_by_queries_;
    row.versions.push_back(image);
    row.is_deleted = false;
    row.fact = event.id;
    if (!copies_.contains(key)) unread_.insert(key);
  } else if (const auto* updated = event.as<database::RowUpdated>()) {
    if (updated->table == route_.to) {
      if (updated->key != updated->key_before) erase_target(updated->key_before);
      insert_target(updated->key, updated->row, event.id);
    }
    if (updated->table != route_.from) return;
    const auto [key, image] = known(updated->row);
    auto& row = source_[key];
    if (row.versions.empty() || row.versions.back() != image) row.versions.push_back(image);
    row.fact = event.id;
  } else if (const auto* deleted = event.as<database::RowDeleted>()) {
    if (deleted->table == route_.to) erase_target(deleted->key);
    if (deleted->table != route_.from) return;
    const auto key = known(deleted->row).key;
    source_[key].is_deleted = true;
    source_[key].fact = event.id;
    unread_.erase(key);
  } else if (const auto* emptied = event.as<database::TableEmptied>()) {
    if (emptied->table == route_.to) {
      target_.clear();
      copies_.clear();
    }
    if (emptied->table == route_.from) {
      for (auto& [key, row] : source_) row.is_deleted = true;
      unread_.clear();
    }
  }
}

std::vector<std::string> RowTracker::missing(std::size_t most, std::int64_t& count) const {
  std::vector<std::string> keys;
  count = 0;
  for (const auto& key : unread_) {
    if (source_.at(key).may_be_missed || excused(key) != nullptr) continue;
    if (++count <= static_cast<std::int64_t>(most)) keys.push_back(key);
  }
  return keys;
}

const CleanHistory::Excuse* RowTracker::excused(const std::string& key) const {
  const auto partition = produced_to_.find(key);
  return partition == produced_to_.end() ? nullptr : history_.excuse(partition->second);
}

std::map<std::pair<std::string, std::string>, std::int64_t> RowTracker::lost_in_kafka() const {
  std::map<std::pair<std::string, std::string>, std::int64_t> lost;
  for (const auto& key : unread_) {
    if (const auto* excuse = excused(key)) ++lost[{excuse->clause, excuse->why}];
  }
  return lost;
}

}  // namespace logquake::scenario
