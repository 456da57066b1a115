#include "models/database/table.h"

#include <algorithm>

#include "models/database/key.h"
#include "sim/base/check.h"

namespace logquake::database {

std::shared_ptr<const Row> Record::seen_by(const ReadView& view) const {
  if (view.sees_uncommitted) return newest();
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    const bool own = !version->is_committed() && version->writer == view.own;
    const bool old_enough = version->is_committed() && version->commit <= view.up_to;
    if (own || old_enough) return version->row;
  }
  return nullptr;
}

std::shared_ptr<const Row> Record::newest_committed() const {
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    if (version->is_committed()) return version->row;
  }
  return nullptr;
}

Table::Table(TableId id, TableSchema schema, std::int64_t definition)
    : id_(id),
      schema_(std::move(schema)),
      definition_(definition),
      unique_(schema_.indexes.size()) {}

bool Table::use_id(std::uint64_t used) {
  if (used < next_id_) return false;
  next_id_ = used == std::numeric_limits<std::uint64_t>::max() ? used : used + 1;
  return true;
}

const Record* Table::find(const std::string& key) const {
  const auto found = records_.find(key);
  return found == records_.end() ? nullptr : &found->second;
}

std::string Table::key_for(const Row& row) {
  if (const Index* primary = schema_.primary_key()) return key_of(row, primary->columns, schema_);
  return row_number_key(next_row_number_++);
}

std::vector<std::string> Table::owners(std::size_t index, const std::string& unique_key) const {
  const auto found = unique_[index].find(unique_key);
  if (found == unique_[index].end()) return {};
  return {found->second.begin(), found->second.end()};
}

void Table::push(const std::string& key, Version version) {
  if (version.row) enter_unique(key, *version.row);
  if (schema_.primary_key() == nullptr && key >= row_number_key(next_row_number_)) {
    // Recovery brings keys along: later rows must not meet them.
    std::uint64_t number = 0;
    for (const char byte : key) number = number << 8 | static_cast<unsigned char>(byte);
    next_row_number_ = number + 1;
  }
  records_[key].versions.push_back(std::move(version));
}

void Table::pop(const std::string& key) {
  const auto found = records_.find(key);
  LOGQUAKE_CHECK(found != records_.end() && found->second.has_uncommitted(),
                 "only uncommitted versions are taken back");
  Record& record = found->second;
  const std::shared_ptr<const Row> row = record.newest();
  record.versions.pop_back();
  if (row) leave_unique(key, record, *row);
  if (record.versions.empty()) records_.erase(found);
}

void Table::commit(const std::string& key, CommitNumber number) {
  const auto found = records_.find(key);
  if (found == records_.end() || !found->second.has_uncommitted())
    return;  // changed twice, committed once
  Record& record = found->second;
  Version newest = record.versions.back();
  newest.commit = number;
  std::vector<std::shared_ptr<const Row>> dropped;
  while (!record.versions.empty() && !record.versions.back().is_committed()) {
    if (record.versions.back().row != newest.row) dropped.push_back(record.versions.back().row);
    record.versions.pop_back();
  }
  record.versions.push_back(std::move(newest));
  for (const auto& row : dropped) {
    if (row) leave_unique(key, record, *row);
  }
}

void Table::prune(const std::string& key, CommitNumber oldest) {
  const auto found = records_.find(key);
  if (found == records_.end()) return;
  Record& record = found->second;
  // The newest version that everybody may see; all before it are out of sight.
  std::size_t base = record.versions.size();
  for (std::size_t i = 0; i < record.versions.size(); ++i) {
    if (record.versions[i].is_committed() && record.versions[i].commit <= oldest) base = i;
  }
  if (base == record.versions.size()) return;
  const bool gone = record.versions[base].row == nullptr && base + 1 == record.versions.size();
  const auto first_kept =
      record.versions.begin() + static_cast<std::ptrdiff_t>(gone ? base + 1 : base);
  const std::vector<Version> dropped(record.versions.begin(), first_kept);
  record.versions.erase(record.versions.begin(), first_kept);
  for (const Version& version : dropped) {
    if (version.row) leave_unique(key, record, *version.row);
  }
  if (record.versions.empty()) records_.erase(found);
}

void Table::enter_unique(const std::string& key, const Row& row) {
  for (std::size_t i = 0; i < schema_.indexes.size(); ++i) {
    const Index& index = schema_.indexes[i];
    if (!index.is_unique || index.is_primary) continue;
    const Row full = widened(row);
    if (has_null(full, index.columns)) continue;
    unique_[i][key_of(full, index.columns, schema_)].insert(key);
  }
}

void Table::leave_unique(const std::string& key, const Record& record, const Row& row) {
  for (std::size_t i = 0; i < schema_.indexes.size(); ++i) {
    const Index& index = schema_.indexes[i];
    if (!index.is_unique || index.is_primary) continue;
    const Row full = widened(row);
    if (has_null(full, index.columns)) continue;
    const std::string unique_key = key_of(full, index.columns, schema_);
    const bool still_there =
        std::any_of(record.versions.begin(), record.versions.end(), [&](const Version& version) {
          if (!version.row) return false;
          const Row other = widened(*version.row);
          return !has_null(other, index.columns) &&
                 key_of(other, index.columns, schema_) == unique_key;
        });
    if (still_there) continue;
    const auto found = unique_[i].find(unique_key);
    if (found == unique_[i].end()) continue;
    found->second.erase(key);
    if (found->second.empty()) unique_[i].erase(found);
  }
}

void Table::add_column(Column column) { schema_.columns.push_back(std::move(column)); }

void Table::add_unique(Index index) {
  schema_.indexes.push_back(std::move(index));
  unique_.emplace_back();
  for (const auto& [key, record] : records_) {
    for (const Version& version : record.versions) {
      if (version.row) enter_unique(key, *version.row);
    }
  }
}

Row Table::widened(const Row& row) const {
  Row wide = row;
  for (std::size_t i = row.size(); i < schema_.columns.size(); ++i) {
    wide.push_back(schema_.columns[i].value_before_added);
  }
  return wide;
}

std::size_t Table::live_rows() const {
  std::size_t count = 0;
  for (const auto& [key, record] : records_) count += record.newest_committed() != nullptr ? 1 : 0;
  return count;
}

}  // namespace logquake::database
