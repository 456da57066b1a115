// INSERT, REPLACE and ON DUPLICATE KEY UPDATE.
#include <algorithm>

#include "models/database/conversion.h"
#include "models/database/key.h"
#include "models/database/session.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

std::optional<std::uint64_t> positive_id(const Value& value) {
  if (const auto* id = value.as<std::int64_t>()) {
    return *id > 0 ? std::optional(static_cast<std::uint64_t>(*id)) : std::nullopt;
  }
  if (const auto* id = value.as<std::uint64_t>())
    return *id > 0 ? std::optional(*id) : std::nullopt;
  return std::nullopt;
}

bool wants_id(const Value& value) {
  const auto* id = value.as<std::int64_t>();
  const auto* wide = value.as<std::uint64_t>();
  return value.is_null() || (id != nullptr && *id == 0) || (wide != nullptr && *wide == 0);
}

SqlError column_count_mismatch(std::size_t row_number) {
  return SqlError::of(SqlErrorCode::column_count_mismatch,
                      format("Column count doesn't match value count at row {}", row_number));
}

}  // namespace

StorePlace Session::place(const Table& table, std::size_t row_number) const {
  return {.database = table.schema().database,
          .table = table.schema().name,
          .row_number = row_number,
          .zone_offset_seconds = view_.zone_offset_seconds,
          .character_set = engine_.settings().character_set};
}

Value Session::default_of(const Column& column) const {
  if (column.default_value.kind != ColumnDefault::Kind::current_timestamp)
    return column.default_value.value;
  // Stamps are taken at the statement's start (C-DB-55); TIMESTAMPs are kept in UTC.
  const bool utc = column.type.kind == TypeKind::timestamp;
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(
                                view_.statement_start.time_since_epoch())
                                .count() +
                            (utc ? 0 : view_.zone_offset_seconds * 1'000'000);
  return Value(DateTime{microseconds, 6}.cut_to(column.type.scale));
}

SqlResult<std::vector<std::size_t>> Session::insert_columns(const Insert& insert,
                                                            const Table& table) const {
  std::vector<std::size_t> columns;
  if (!insert.has_column_list) {
    for (std::size_t i = 0; i < table.schema().columns.size(); ++i) columns.push_back(i);
    return columns;
  }
  for (const std::string& name : insert.columns) {
    const auto found = table.schema().find_column(name);
    if (!found) {
      return SqlError::of(SqlErrorCode::unknown_column,
                          format("Unknown column '{}' in 'INSERT INTO'", name));
    }
    if (std::find(columns.begin(), columns.end(), *found) != columns.end()) {
      return SqlError::of(SqlErrorCode::column_specified_twice,
                          format("Column '{}' specified twice", name));
    }
    columns.push_back(*found);
  }
  return columns;
}

SqlResult<Row> Session::insert_row(const Insert& insert, const Table& table,
                                   const std::vector<std::size_t>& columns, std::size_t row_index,
                                   std::vector<bool>& given) {
  const TableSchema& schema = table.schema();
  const InsertRow& values = insert.rows[row_index];
  const StorePlace where = place(table, row_index + 1);
  Row row(schema.columns.size());
  given.assign(schema.columns.size(), false);
  for (std::size_t i = 0; i < schema.columns.size(); ++i) row[i] = default_of(schema.columns[i]);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Column& column = schema.columns[columns[i]];
    if (values[i].empty()) continue;                  // DEFAULT
    auto value = evaluate(values[i], context(&row));  // columns to the left may be used
    if (!value) return value.error();
    auto stored = stored_value(*value, column, where);
    if (!stored) return stored.error();
    if (stored->is_null() && !column.is_nullable && !column.is_auto_increment) {
      return SqlError::of(SqlErrorCode::cannot_be_null,
                          format("Column '{}' cannot be null", column.name));
    }
    row[columns[i]] = std::move(*stored);
    given[columns[i]] = true;
  }
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    const Column& column = schema.columns[i];
    const bool without = !given[i] && column.default_value.kind == ColumnDefault::Kind::none &&
                         !column.is_nullable && !column.is_auto_increment;
    if (without) {
      return SqlError::of(SqlErrorCode::no_default,
                          format("Field '{}' doesn't have a default value", column.name));
    }
  }
  return row;
}

SqlStatus Session::give_id(Table& table, Row& row, std::size_t row_number, std::uint64_t& reserved,
                           std::uint64_t left) {
  const auto column = table.schema().auto_increment_column();
  if (!column) return {};
  const Column& definition = table.schema().columns[*column];
  if (!wants_id(row[*column])) {
    if (const auto id = positive_id(row[*column])) engine_.use_id(table, *id);
    return {};
  }
  const std::uint64_t most = range_of(definition.type).most;
  const SqlError exhausted = SqlError::of(
      SqlErrorCode::autoincrement_exhausted,
      format("Out of range value for column '{}' at row {}", definition.name, row_number));
  if (reserved == 0 && table.next_id() > most) return exhausted;
  // A simple INSERT reserves for all its rows at the first one (C-DB-3).
  if (reserved == 0) reserved = engine_.take_ids(table, std::min(left, most - table.next_id() + 1));
  const std::uint64_t id = reserved++;
  if (id > most) return exhausted;
  row[*column] = definition.type.is_unsigned ? Value(id) : Value(static_cast<std::int64_t>(id));
  return {};
}

SqlError Session::duplicate_entry(const Table& table, const Row& row, std::size_t index) const {
  const Index& key = table.schema().indexes[index];
  return SqlError::of(SqlErrorCode::duplicate_entry,
                      format("Duplicate entry '{}' for key '{}'",
                             key_text(shown(table, row), key.columns), key.name));
}

SqlResult<std::optional<Session::Duplicate>> Session::find_duplicate(Table& table, const Row& row,
                                                                     const std::string* own_key,
                                                                     LockMode mode) {
  const TableSchema& schema = table.schema();
  for (std::size_t i = 0; i < schema.indexes.size(); ++i) {
    const Index& index = schema.indexes[i];
    if (!index.is_unique || has_null(row, index.columns)) continue;
    const std::string key = key_of(row, index.columns, schema);
    const auto owners = [&] {
      if (!index.is_primary) return table.owners(i, key);
      return table.find(key) == nullptr ? std::vector<std::string>()
                                        : std::vector<std::string>{key};
    };
    for (const std::string& owner : owners()) {
      if (own_key != nullptr && owner == *own_key) continue;
      const Record* record = table.find(owner);
      const bool long_gone =
          record == nullptr || (!record->has_uncommitted() && record->newest() == nullptr);
      if (long_gone) continue;
      // Somebody has the key, or had it until an open transaction took it away: wait for its end
      // (C-DB-33).
      bool waited = false;
      const LockName row_lock{.table = table.id(), .index = 0, .key = owner};
      if (auto status = engine_.lock(transaction(), row_lock, mode, waited); !status.ok())
        return status.error();
      record = table.find(owner);
      if (record == nullptr || record->newest() == nullptr) continue;
      const Row newest = table.widened(*record->newest());
      if (has_null(newest, index.columns) || key_of(newest, index.columns, schema) != key) continue;
      return std::optional(Duplicate{i, owner});
    }
  }
  return std::optional<Duplicate>();
}

SqlStatus Session::lock_for_write(Table& table, const std::string& key, const Row& row,
                                  bool inserting, bool& waited) {
  const TableSchema& schema = table.schema();
  if (inserting) {
    if (auto status = engine_.intend_insert(transaction(), table.id(), key, waited); !status.ok())
      return status;
  }
  const LockName row_lock{.table = table.id(), .index = 0, .key = key};
  if (auto status = engine_.lock(transaction(), row_lock, LockMode::exclusive, waited);
      !status.ok())
    return status;
  for (std::size_t i = 0; i < schema.indexes.size(); ++i) {
    const Index& index = schema.indexes[i];
    if (!index.is_unique || index.is_primary || has_null(row, index.columns)) continue;
    const LockName unique_lock{.table = table.id(),
                               .index = static_cast<std::int32_t>(i),
                               .key = key_of(row, index.columns, schema)};
    if (auto status = engine_.lock(transaction(), unique_lock, LockMode::exclusive, waited);
        !status.ok())
      return status;
  }
  return {};
}

SqlStatus Session::store_new(Table& table, std::string key, Row row) {
  auto stored = std::make_shared<const Row>(std::move(row));
  engine_.write(transaction(), table, key, stored);
  engine_.note_change(
      transaction(),
      {.table = table.id(), .key_before = key, .key = key, .before = nullptr, .after = stored});
  return {};
}

SqlResult<std::int64_t> Session::upsert_hit(Table& table, const Insert& insert, const Row& row,
                                            const std::string& key, std::size_t row_number) {
  const Row before = table.widened(*table.find(key)->newest());
  const Row inserted = shown(table, row);
  auto after = assigned(table, insert.on_duplicate, before, &inserted, row_number);
  if (!after) return after.error();
  if (*after == before) return std::int64_t{0};
  if (auto status = change_row(table, key, before, std::move(*after)); !status.ok())
    return status.error();
  return std::int64_t{2};
}

SqlResult<std::int64_t> Session::replace_row(Table& table, Row row) {
  const TableSchema& schema = table.schema();
  std::size_t last_unique = 0;
  std::size_t unique_count = 0;
  for (std::size_t i = 0; i < schema.indexes.size(); ++i) {
    if (!schema.indexes[i].is_unique) continue;
    last_unique = i;
    ++unique_count;
  }
  std::int64_t affected = 0;
  while (true) {
    auto duplicate = find_duplicate(table, row, nullptr, LockMode::exclusive);
    if (!duplicate) return duplicate.error();
    if (*duplicate) {
      const auto hit = **duplicate;
      const auto stored = table.find(hit.key)->newest();
      const Row before = table.widened(*stored);
      if (hit.index == last_unique) {
        // A hit on the last unique key is an update of that row (C-DB-44).
        if (before == row && unique_count == 1) return affected + 1;
        if (auto status = change_row(table, hit.key, before, std::move(row)); !status.ok())
          return status.error();
        return affected + 2;
      }
      if (auto status = delete_row(table, hit.key, stored); !status.ok()) return status.error();
      ++affected;
      continue;
    }
    std::string key = table.key_for(row);
    bool waited = false;
    if (auto status = lock_for_write(table, key, row, true, waited); !status.ok())
      return status.error();
    if (waited) continue;
    if (auto status = store_new(table, std::move(key), std::move(row)); !status.ok())
      return status.error();
    return affected + 1;
  }
}

SqlResult<ResultSet> Session::insert(const Insert& given) {
  if (auto status = may_write(); !status.ok()) return status.error();
  Insert insert = given;
  const auto run = [&](Table& table) -> SqlResult<ResultSet> {
    const auto columns = insert_columns(insert, table);
    if (!columns) return columns.error();
    // INSERT INTO t () VALUES () takes the defaults throughout, with or without the column list.
    const bool all_defaults = insert.rows.front().empty();
    for (std::size_t i = 0; i < insert.rows.size(); ++i) {
      const bool fits = insert.rows[i].size() == columns->size() ||
                        (insert.rows[i].empty() && all_defaults && !insert.has_column_list);
      if (!fits) return column_count_mismatch(i + 1);
    }
    for (InsertRow& row : insert.rows) {
      for (Expression& value : row) {
        if (auto status = bind(value, scope(&table), "VALUES"); !status.ok()) return status.error();
      }
    }
    if (auto status = bind_assignments(insert.on_duplicate, scope(&table)); !status.ok())
      return status.error();

    ResultSet result;
    std::uint64_t reserved = 0;  // the next of the ids taken for this statement
    const auto id_column = table.schema().auto_increment_column();
    for (std::size_t i = 0; i < insert.rows.size(); ++i) {
      std::vector<bool> has_value;
      auto row = insert_row(insert, table, *columns, i, has_value);
      if (!row) return row.error();
      const bool generates = id_column && wants_id((*row)[*id_column]);
      if (auto status = give_id(table, *row, i + 1, reserved, insert.rows.size() - i); !status.ok())
        return status.error();
      if (insert.replace) {
        const auto affected = replace_row(table, *row);
        if (!affected) return affected.error();
        result.affected_rows += *affected;
      } else {
        while (true) {
          const LockMode mode =
              insert.on_duplicate.empty() ? LockMode::shared : LockMode::exclusive;
          auto duplicate = find_duplicate(table, *row, nullptr, mode);
          if (!duplicate) return duplicate.error();
          if (*duplicate) {
            if (!insert.on_duplicate.empty()) {
              const auto affected = upsert_hit(table, insert, *row, (*duplicate)->key, i + 1);
              if (!affected) return affected.error();
              result.affected_rows += *affected;
              break;
            }
            if (!insert.ignore) return duplicate_entry(table, *row, (*duplicate)->index);
            ++result.warnings;
            break;
          }
          std::string key = table.key_for(*row);
          bool waited = false;
          if (auto status = lock_for_write(table, key, *row, true, waited); !status.ok())
            return status.error();
          if (waited) continue;  // the world may have changed
          if (auto status = store_new(table, std::move(key), *row); !status.ok())
            return status.error();
          ++result.affected_rows;
          if (generates && result.last_insert_id == 0)
            result.last_insert_id = *positive_id((*row)[*id_column]);
          break;
        }
      }
      if (insert.replace && generates && result.last_insert_id == 0) {
        result.last_insert_id = positive_id((*row)[*id_column]).value_or(0);
      }
    }
    if (result.last_insert_id != 0) view_.last_insert_id = result.last_insert_id;
    result.matched_rows = result.affected_rows;
    return result;
  };
  const Transaction::Mark mark = transaction().mark();
  auto table = open_table(insert.table);
  return finish_statement(table ? run(**table) : SqlResult<ResultSet>(table.error()), mark);
}

}  // namespace logquake::database
