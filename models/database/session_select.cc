// SELECT.
#include <algorithm>

#include "models/database/key.h"
#include "models/database/session.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

/// ORDER BY may name an item by its alias or its number.
void resolve_order_item(OrderItem& item, const std::vector<SelectItem>& items,
                        const TableSchema* schema) {
  if (item.key.nodes.size() != 1) return;
  const ExpressionNode& node = item.key.nodes.front();
  if (node.op == Op::literal && node.literal.as<std::int64_t>() != nullptr) {
    const std::int64_t number = *node.literal.as<std::int64_t>();
    if (number >= 1 && static_cast<std::size_t>(number) <= items.size()) {
      item.key = items[static_cast<std::size_t>(number - 1)].expression;
    }
    return;
  }
  if (node.op != Op::column || !node.qualifier.empty()) return;
  for (const SelectItem& selected : items) {
    if (!selected.is_star && same_name(selected.label, node.name) &&
        !selected.expression.is_column()) {
      item.key = selected.expression;
      return;
    }
    const bool alias_of_column = selected.expression.is_column() &&
                                 same_name(selected.label, node.name) &&
                                 (schema == nullptr || !schema->find_column(node.name));
    if (alias_of_column) {
      item.key = selected.expression;
      return;
    }
  }
}

std::vector<Row> without_repeats(std::vector<Row> rows) {
  std::vector<Row> kept;
  for (Row& row : rows) {
    const bool repeated = std::any_of(kept.begin(), kept.end(), [&row](const Row& other) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (order_of(row[i], other[i]) != 0) return false;
      }
      return true;
    });
    if (!repeated) kept.push_back(std::move(row));
  }
  return kept;
}

}  // namespace

SqlStatus Session::bind_select(Select& select, const Table* table) const {
  const BindScope names = scope(table, select.alias);
  std::vector<SelectItem> items;
  for (SelectItem& item : select.items) {
    if (!item.is_star) {
      items.push_back(std::move(item));
      continue;
    }
    if (table == nullptr) return SqlError::of(SqlErrorCode{1096}, "No tables used");
    for (const Column& column : table->schema().columns) {
      SelectItem each;
      each.expression.nodes.push_back({.op = Op::column, .name = column.name});
      each.label = column.name;
      items.push_back(std::move(each));
    }
  }
  select.items = std::move(items);
  for (OrderItem& item : select.filter.order_by) {
    resolve_order_item(item, select.items, table == nullptr ? nullptr : &table->schema());
  }
  for (SelectItem& item : select.items) {
    if (auto status = bind(item.expression, names, "SELECT"); !status.ok()) return status;
  }
  for (Aggregate& aggregate : select.aggregates) {
    if (auto status = bind(aggregate.argument, names, "SELECT"); !status.ok()) return status;
  }
  if (auto status = bind(select.filter.where, names, "WHERE"); !status.ok()) return status;
  for (OrderItem& item : select.filter.order_by) {
    if (auto status = bind(item.key, names, "ORDER BY"); !status.ok()) return status;
  }
  return {};
}

ResultColumn Session::column_of(const SelectItem& item, const Table* table,
                                const std::vector<Aggregate>& aggregates) const {
  const TableSchema* schema = table == nullptr ? nullptr : &table->schema();
  const ExpressionType type = type_of(item.expression, schema, aggregates);
  ResultColumn column{.label = item.label,
                      .name = {},
                      .table = {},
                      .database = {},
                      .type = type.type,
                      .is_nullable = type.is_nullable};
  if (!item.expression.is_column()) return column;
  const std::size_t index = item.expression.nodes[0].index;
  const Column& source = schema->columns[index];
  column.name = source.name;
  if (column.label == item.expression.nodes[0].name) column.label = source.name;
  column.table = schema->name;
  column.database = schema->database;
  column.is_auto_increment = source.is_auto_increment;
  if (const Index* primary = schema->primary_key()) {
    column.is_primary_key = std::count(primary->columns.begin(), primary->columns.end(), index) > 0;
  }
  return column;
}

SqlResult<Row> Session::aggregate(const std::vector<Aggregate>& aggregates,
                                  const std::vector<Row>& rows) {
  using Kind = Aggregate::Kind;
  Row results;
  for (const Aggregate& aggregate : aggregates) {
    if (aggregate.kind == Kind::count_rows) {
      results.push_back(Value::integer(static_cast<std::int64_t>(rows.size())));
      continue;
    }
    std::vector<Value> values;
    for (const Row& row : rows) {
      auto value = evaluate(aggregate.argument, context(&row));
      if (!value) return value.error();
      if (!value->is_null()) values.push_back(std::move(*value));
    }
    const auto by_order = [](const Value& a, const Value& b) { return order_of(a, b) < 0; };
    if (aggregate.kind == Kind::count_distinct) {
      std::sort(values.begin(), values.end(), by_order);
      const auto same = [](const Value& a, const Value& b) { return order_of(a, b) == 0; };
      values.erase(std::unique(values.begin(), values.end(), same), values.end());
    }
    if (aggregate.kind == Kind::count || aggregate.kind == Kind::count_distinct) {
      results.push_back(Value::integer(static_cast<std::int64_t>(values.size())));
    } else if (values.empty()) {
      results.push_back(Value::null());
    } else if (aggregate.kind == Kind::min) {
      results.push_back(*std::min_element(values.begin(), values.end(), by_order));
    } else if (aggregate.kind == Kind::max) {
      results.push_back(*std::max_element(values.begin(), values.end(), by_order));
    } else {
      Expression sum = Expression::of(Value(Decimal()));
      for (Value& value : values) {
        // Whole numbers add up exactly, beyond 64 bits too.
        if (const auto* whole = value.as<std::int64_t>()) value = Value(Decimal::of(*whole));
        if (const auto* whole = value.as<std::uint64_t>())
          value = Value(Decimal::of_unsigned(*whole));
        sum.nodes.push_back({.op = Op::literal, .literal = std::move(value)});
        sum.nodes.push_back({.op = Op::add, .arity = 2});
      }
      if (aggregate.kind == Kind::avg) {
        sum.nodes.push_back({.op = Op::literal,
                             .literal = Value::integer(static_cast<std::int64_t>(values.size()))});
        sum.nodes.push_back({.op = Op::divide, .arity = 2});
      }
      auto total = evaluate(sum, context());
      if (!total) return total.error();
      results.push_back(std::move(*total));
    }
  }
  return results;
}

SqlResult<ResultSet> Session::select(const Select& given) {
  Select select = given;
  const auto run = [&](Table* table) -> SqlResult<ResultSet> {
    if (auto status = bind_select(select, table); !status.ok()) return status.error();
    std::vector<FoundRow> found;
    if (table != nullptr) {
      SelectLock lock = select.lock;
      const bool serializable = transaction().isolation == Isolation::serializable;
      if (lock == SelectLock::none && serializable && (!autocommit_ || explicit_transaction_))
        lock = SelectLock::share;
      RowFilter filter = select.filter;
      if (!select.aggregates.empty() || select.distinct) filter.limit.reset();
      auto rows =
          lock == SelectLock::none
              ? read(*table, filter)
              : read_locked(*table, filter,
                            lock == SelectLock::update ? LockMode::exclusive : LockMode::shared);
      if (!rows) return rows.error();
      found = std::move(*rows);
      if (select.aggregates.empty()) {
        if (auto status = sort_and_limit(found, filter); !status.ok()) return status.error();
      }
    } else {
      const auto hit = matches(select.filter, {});
      if (!hit) return hit.error();
      if (*hit) found.emplace_back();
    }
    ResultSet result;
    for (const SelectItem& item : select.items)
      result.columns.push_back(column_of(item, table, select.aggregates));
    Row aggregates;
    if (!select.aggregates.empty()) {
      std::vector<Row> rows;
      for (FoundRow& row : found) rows.push_back(std::move(row.shown));
      auto sums = aggregate(select.aggregates, rows);
      if (!sums) return sums.error();
      aggregates = std::move(*sums);
      FoundRow only;
      if (!rows.empty()) only.shown = std::move(rows.front());
      if (rows.empty() && table != nullptr) only.shown.resize(table->schema().columns.size());
      found.clear();
      found.push_back(std::move(only));
    }
    for (const FoundRow& row : found) {
      EvaluationContext names = context(&row.shown);
      names.aggregates = &aggregates;
      Row out;
      for (const SelectItem& item : select.items) {
        auto value = evaluate(item.expression, names);
        if (!value) return value.error();
        out.push_back(std::move(*value));
      }
      result.rows.push_back(std::move(out));
    }
    if (select.distinct) result.rows = without_repeats(std::move(result.rows));
    const bool limit_later = select.filter.limit && (select.distinct || !select.aggregates.empty());
    if (limit_later) {
      const auto begin = std::min<std::size_t>(select.filter.offset, result.rows.size());
      result.rows.erase(result.rows.begin(),
                        result.rows.begin() + static_cast<std::ptrdiff_t>(begin));
      if (result.rows.size() > *select.filter.limit) result.rows.resize(*select.filter.limit);
    }
    result.affected_rows = static_cast<std::int64_t>(result.rows.size());
    return result;
  };
  if (!select.table) return run(nullptr);
  const Transaction::Mark mark = transaction().mark();
  auto table = open_table(*select.table);
  return finish_statement(table ? run(*table) : SqlResult<ResultSet>(table.error()), mark);
}

}  // namespace logquake::database
