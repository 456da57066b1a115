// How statements find their rows: by consistent reads, or by locking as they go.
#include <algorithm>

#include "models/database/conversion.h"
#include "models/database/session.h"

namespace logquake::database {

Row Session::shown(const Table& table, const Row& stored) const {
  Row row = table.widened(stored);
  if (view_.zone_offset_seconds == 0) return row;
  for (std::size_t i = 0; i < row.size(); ++i) {
    row[i] = shown_value(row[i], table.schema().columns[i].type, view_.zone_offset_seconds);
  }
  return row;
}

SqlResult<bool> Session::matches(const RowFilter& filter, const Row& row) const {
  if (filter.where.empty()) return true;
  const auto value = evaluate(filter.where, context(&row));
  if (!value) return value.error();
  return truth_of(*value).value_or(false);
}

SqlResult<std::vector<Session::FoundRow>> Session::read(Table& table, const RowFilter& filter) {
  const ReadView view = engine_.view_for_statement(transaction());
  if (view.definitions < table.definition()) {
    return SqlError::of(SqlErrorCode::table_definition_changed,
                        "Table definition has changed, please retry transaction");
  }
  const KeyRange range = choose_path(filter.where, table.schema(), context()).range;
  std::vector<FoundRow> rows;
  const auto& records = table.records();
  for (auto record = records.lower_bound(range.low); record != records.end(); ++record) {
    if (!range.contains(record->first)) break;
    auto stored = record->second.seen_by(view);
    if (!stored) continue;
    Row row = shown(table, *stored);
    const auto hit = matches(filter, row);
    if (!hit) return hit.error();
    if (!*hit) continue;
    rows.push_back({record->first, std::move(stored), std::move(row)});
    const bool enough =
        filter.order_by.empty() && filter.limit && rows.size() >= *filter.limit + filter.offset;
    if (enough) break;
  }
  return rows;
}

SqlResult<std::vector<Session::FoundRow>> Session::read_locked(Table& table,
                                                               const RowFilter& filter,
                                                               LockMode mode) {
  const AccessPath path = choose_path(filter.where, table.schema(), context());
  if (path.unique) return lock_unique(table, filter, *path.unique, mode);
  return lock_range(table, filter, path.range, mode);
}

SqlResult<std::vector<Session::FoundRow>> Session::lock_range(Table& table, const RowFilter& filter,
                                                              const KeyRange& range,
                                                              LockMode mode) {
  std::vector<FoundRow> rows;
  const auto& records = table.records();
  if (locks_gaps()) {
    // Next-key locking: inserts into the range, up to its neighbours, wait (C-DB-32). A whole key
    // that is found has no gap.
    const bool hit = range.is_point && table.find(range.low) != nullptr &&
                     table.find(range.low)->newest() != nullptr;
    if (!hit) {
      Gap gap;
      const auto first = records.lower_bound(range.low);
      if (first != records.begin()) {
        gap.after = std::prev(first)->first;
        gap.has_after = true;
      }
      const auto end = range.has_high ? records.lower_bound(range.high) : records.end();
      if (end != records.end()) {
        gap.before = end->first;
        gap.has_before = true;
      }
      engine_.lock_gap(transaction(), table.id(), std::move(gap));
    }
  }
  std::string key = range.low;
  bool first = true;
  while (true) {
    // Others may insert and delete while a lock is waited for: look again by key.
    const auto next = first ? records.lower_bound(key) : records.upper_bound(key);
    first = false;
    if (next == records.end() || !range.contains(next->first)) break;
    key = next->first;
    auto found = lock_row(table, filter, key, mode);
    if (!found) return found.error();
    if (*found) rows.push_back(std::move(**found));
    if (filter.order_by.empty() && filter.limit && rows.size() >= *filter.limit + filter.offset)
      break;
  }
  return rows;
}

SqlResult<std::vector<Session::FoundRow>> Session::lock_unique(Table& table,
                                                               const RowFilter& filter,
                                                               const AccessPath::UniqueKey& unique,
                                                               LockMode mode) {
  std::vector<FoundRow> rows;
  bool waited = false;
  const LockName name{
      .table = table.id(), .index = static_cast<std::int32_t>(unique.index), .key = unique.key};
  if (auto status = engine_.lock(transaction(), name, mode, waited); !status.ok())
    return status.error();
  for (const std::string& key : table.owners(unique.index, unique.key)) {
    auto found = lock_row(table, filter, key, mode);
    if (!found) return found.error();
    if (*found) rows.push_back(std::move(**found));
  }
  return rows;
}

SqlResult<std::optional<Session::FoundRow>> Session::lock_row(Table& table, const RowFilter& filter,
                                                              const std::string& key,
                                                              LockMode mode) {
  const LockName name{.table = table.id(), .index = 0, .key = key};
  const std::optional<FoundRow> nothing;
  const Record* before = table.find(key);
  if (before == nullptr) return nothing;
  if (!before->has_uncommitted() && before->newest() == nullptr)
    return nothing;  // deleted, only seen by old views
  const bool keeps_all = locks_gaps();
  if (!keeps_all && engine_.locks().would_wait(transaction().id, name, mode)) {
    // READ COMMITTED looks at the committed row first and waits only where it matches.
    const auto committed = before->newest_committed();
    if (!committed) return nothing;
    const auto hit = matches(filter, shown(table, *committed));
    if (!hit) return hit.error();
    if (!*hit) return nothing;
  }
  const bool held_before = engine_.locks().holds(transaction().id, name, LockMode::shared);
  bool waited = false;
  if (auto status = engine_.lock(transaction(), name, mode, waited); !status.ok())
    return status.error();
  const Record* record = table.find(key);
  std::shared_ptr<const Row> stored = record == nullptr ? nullptr : record->newest();
  if (stored) {
    Row row = shown(table, *stored);
    const auto hit = matches(filter, row);
    if (!hit) return hit.error();
    if (*hit) return std::optional(FoundRow{key, std::move(stored), std::move(row)});
  }
  if (!keeps_all && !held_before) engine_.unlock(transaction(), name);
  return nothing;
}

SqlStatus Session::sort_and_limit(std::vector<FoundRow>& rows, const RowFilter& filter) const {
  if (!filter.order_by.empty()) {
    struct Sortable {
      Row keys;
      std::size_t position = 0;
    };
    std::vector<Sortable> order;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Sortable entry{.keys = {}, .position = i};
      for (const OrderItem& item : filter.order_by) {
        auto value = evaluate(item.key, context(&rows[i].shown));
        if (!value) return value.error();
        entry.keys.push_back(std::move(*value));
      }
      order.push_back(std::move(entry));
    }
    std::sort(order.begin(), order.end(), [&filter](const Sortable& a, const Sortable& b) {
      for (std::size_t i = 0; i < filter.order_by.size(); ++i) {
        const int sign = order_of(a.keys[i], b.keys[i]);
        if (sign != 0) return filter.order_by[i].descending ? sign > 0 : sign < 0;
      }
      return a.position < b.position;
    });
    std::vector<FoundRow> sorted;
    sorted.reserve(rows.size());
    for (const Sortable& entry : order) sorted.push_back(std::move(rows[entry.position]));
    rows = std::move(sorted);
  }
  if (!filter.limit) return {};
  const std::size_t begin = std::min<std::size_t>(rows.size(), filter.offset);
  const std::size_t end = begin + std::min<std::size_t>(rows.size() - begin, *filter.limit);
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(end), rows.end());
  rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(begin));
  return {};
}

}  // namespace logquake::database
