// UPDATE and DELETE.
#include "models/database/conversion.h"
#include "models/database/key.h"
#include "models/database/session.h"
#include "sim/base/format.h"

namespace logquake::database {

SqlStatus Session::bind_assignments(std::vector<Assignment>& assignments,
                                    const BindScope& names) const {
  for (Assignment& assignment : assignments) {
    const auto column = names.schema->find_column(assignment.column);
    if (!column) {
      return SqlError::of(SqlErrorCode::unknown_column,
                          format("Unknown column '{}' in 'SET'", assignment.column));
    }
    assignment.index = *column;
    if (auto status = bind(assignment.value, names, "SET"); !status.ok()) return status;
  }
  return {};
}

SqlResult<Row> Session::assigned(const Table& table, const std::vector<Assignment>& assignments,
                                 const Row& before, const Row* inserted,
                                 std::size_t row_number) const {
  const TableSchema& schema = table.schema();
  const StorePlace where = place(table, row_number);
  Row stored = before;
  Row visible = shown(table, before);  // later assignments see what earlier ones did
  std::vector<bool> is_set(schema.columns.size(), false);
  for (const Assignment& assignment : assignments) {
    const Column& column = schema.columns[assignment.index];
    Value value;
    if (assignment.value.empty()) {
      if (column.default_value.kind == ColumnDefault::Kind::none && !column.is_nullable) {
        return SqlError::of(SqlErrorCode::no_default,
                            format("Field '{}' doesn't have a default value", column.name));
      }
      value = default_of(column);
    } else {
      EvaluationContext names = context(&visible);
      names.inserted = inserted;
      auto given = evaluate(assignment.value, names);
      if (!given) return given.error();
      auto kept = stored_value(*given, column, where);
      if (!kept) return kept.error();
      value = std::move(*kept);
    }
    if (value.is_null() && !column.is_nullable) {
      return SqlError::of(SqlErrorCode::cannot_be_null,
                          format("Column '{}' cannot be null", column.name));
    }
    visible[assignment.index] = shown_value(value, column.type, view_.zone_offset_seconds);
    stored[assignment.index] = std::move(value);
    is_set[assignment.index] = true;
  }
  if (stored == before) return stored;  // no change: ON UPDATE does not fire (C-DB-33, 56)
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    if (!schema.columns[i].on_update_current_timestamp || is_set[i]) continue;
    Column stamp = schema.columns[i];
    stamp.default_value.kind = ColumnDefault::Kind::current_timestamp;
    stored[i] = default_of(stamp);
  }
  return stored;
}

SqlStatus Session::change_row(Table& table, const std::string& key, const Row& before, Row after) {
  const TableSchema& schema = table.schema();
  const Index* primary = schema.primary_key();
  const std::string new_key = primary == nullptr ? key : key_of(after, primary->columns, schema);
  const bool moves = new_key != key;
  bool waited = true;
  while (waited) {
    waited = false;
    auto duplicate = find_duplicate(table, after, &key, LockMode::shared);
    if (!duplicate) return duplicate.error();
    if (*duplicate) return duplicate_entry(table, after, (*duplicate)->index);
    if (auto status = lock_for_write(table, new_key, after, moves, waited); !status.ok())
      return status;
  }
  if (const auto column = schema.auto_increment_column()) {
    const Value& id = after[*column];
    if (const auto* number = id.as<std::int64_t>();
        number != nullptr && *number > 0 && id != before[*column]) {
      engine_.use_id(table, static_cast<std::uint64_t>(*number));
    }
    if (const auto* number = id.as<std::uint64_t>(); number != nullptr && id != before[*column]) {
      engine_.use_id(table, *number);
    }
  }
  auto old_row = std::make_shared<const Row>(before);
  auto new_row = std::make_shared<const Row>(std::move(after));
  if (moves) engine_.write(transaction(), table, key, nullptr);
  engine_.write(transaction(), table, new_key, new_row);
  engine_.note_change(transaction(), {.table = table.id(),
                                      .key_before = key,
                                      .key = new_key,
                                      .before = std::move(old_row),
                                      .after = std::move(new_row)});
  return {};
}

SqlStatus Session::delete_row(Table& table, const std::string& key,
                              const std::shared_ptr<const Row>& before) {
  bool waited = false;
  const Row row = table.widened(*before);
  if (auto status = lock_for_write(table, key, row, false, waited); !status.ok()) return status;
  engine_.write(transaction(), table, key, nullptr);
  engine_.note_change(
      transaction(),
      {.table = table.id(), .key_before = key, .key = key, .before = before, .after = nullptr});
  return {};
}

SqlResult<ResultSet> Session::update(const Update& given) {
  if (auto status = may_write(); !status.ok()) return status.error();
  Update update = given;
  const auto run = [&](Table& table) -> SqlResult<ResultSet> {
    const BindScope names = scope(&table, update.alias);
    if (auto status = bind_assignments(update.assignments, names); !status.ok())
      return status.error();
    if (auto status = bind(update.filter.where, names, "WHERE"); !status.ok())
      return status.error();
    for (OrderItem& item : update.filter.order_by) {
      if (auto status = bind(item.key, names, "ORDER BY"); !status.ok()) return status.error();
    }
    auto rows = read_locked(table, update.filter, LockMode::exclusive);
    if (!rows) return rows.error();
    if (auto status = sort_and_limit(*rows, update.filter); !status.ok()) return status.error();
    ResultSet result;
    for (const FoundRow& row : *rows) {
      ++result.matched_rows;
      const Row before = table.widened(*row.stored);
      auto after = assigned(table, update.assignments, before, nullptr,
                            static_cast<std::size_t>(result.matched_rows));
      if (!after) return after.error();
      if (*after == before) continue;
      if (auto status = change_row(table, row.key, before, std::move(*after)); !status.ok())
        return status.error();
      ++result.affected_rows;
    }
    return result;
  };
  const Transaction::Mark mark = transaction().mark();
  auto table = open_table(update.table);
  return finish_statement(table ? run(**table) : SqlResult<ResultSet>(table.error()), mark);
}

SqlResult<ResultSet> Session::remove(const Delete& given) {
  if (auto status = may_write(); !status.ok()) return status.error();
  Delete remove = given;
  const auto run = [&](Table& table) -> SqlResult<ResultSet> {
    const BindScope names = scope(&table);
    if (auto status = bind(remove.filter.where, names, "WHERE"); !status.ok())
      return status.error();
    for (OrderItem& item : remove.filter.order_by) {
      if (auto status = bind(item.key, names, "ORDER BY"); !status.ok()) return status.error();
    }
    auto rows = read_locked(table, remove.filter, LockMode::exclusive);
    if (!rows) return rows.error();
    if (auto status = sort_and_limit(*rows, remove.filter); !status.ok()) return status.error();
    ResultSet result;
    for (const FoundRow& row : *rows) {
      if (auto status = delete_row(table, row.key, row.stored); !status.ok()) return status.error();
      ++result.affected_rows;
    }
    result.matched_rows = result.affected_rows;
    return result;
  };
  const Transaction::Mark mark = transaction().mark();
  auto table = open_table(remove.table);
  return finish_statement(table ? run(**table) : SqlResult<ResultSet>(table.error()), mark);
}

}  // namespace logquake::database
