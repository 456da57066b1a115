// SQL expressions: as they are kept, how they are bound to a table's columns, and what they yield.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/database/schema.h"
#include "models/database/sql_error.h"
#include "models/database/value.h"
#include "sim/base/time.h"

namespace logquake::database {

enum class Op : std::uint8_t {
  literal,
  column,
  inserted,   // VALUES(column) of ON DUPLICATE KEY UPDATE
  aggregate,  // the result of the statement's aggregate number `index`
  variable,   // @@name
  logical_or,
  logical_xor,
  logical_and,
  logical_not,
  equal,
  null_safe_equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  is_null,
  is_true,
  is_false,
  in,  // the value, then `arity - 1` candidates
  between,
  like,
  add,
  subtract,
  multiply,
  divide,
  integer_divide,
  modulo,
  negate,
  case_when,   // pairs of condition and value, then the ELSE value
  case_value,  // the subject, pairs of candidate and value, then the ELSE value
  cast,        // to `type`
  interval,    // a number of `name` units; only inside calendar arithmetic
  add_interval,
  subtract_interval,
  timestamp_diff,  // in `name` units
  function,        // the function `name`
};

struct ExpressionNode {
  Op op = Op::literal;
  std::uint32_t arity = 0;  // operands taken off the stack
  std::size_t index = 0;    // of a bound column or an aggregate
  Value literal{};
  std::string name{};       // column, function, variable or unit
  std::string qualifier{};  // table (and database, joined by '.') in front of a column
  ColumnType type{};        // of a cast
};

/// An expression in postfix order: operands, then their operator. Nothing about it is recursive, so
/// no nesting can exhaust a task's stack.
struct Expression {
  std::vector<ExpressionNode> nodes{};
  std::string text{};  // as the statement spells it

  static Expression of(Value literal);
  bool empty() const { return nodes.empty(); }
  bool is_literal() const { return nodes.size() == 1 && nodes.front().op == Op::literal; }
  bool is_column() const { return nodes.size() == 1 && nodes.front().op == Op::column; }
};

/// COUNT, SUM, MIN, MAX, AVG over the selected rows.
struct Aggregate {
  enum class Kind : std::uint8_t { count_rows, count, count_distinct, sum, min, max, avg };
  Kind kind = Kind::count_rows;
  Expression argument{};
};

/// What an expression may ask its session.
struct SessionView {
  WallTime statement_start{};            // NOW() is fixed at it (C-DB-55)
  WallTime current_time{};               // SYSDATE() is not
  std::int64_t zone_offset_seconds = 0;  // of the session's time zone
  std::uint64_t last_insert_id = 0;
  std::string database{};
  std::string user{};
  std::uint32_t connection_id = 0;
  /// @@name, without the marks and the scope; nothing for an unknown one.
  std::function<std::optional<Value>(std::string_view)> variable;
};

/// What an expression is evaluated over. Pointers may be null where the statement has no such
/// thing.
struct EvaluationContext {
  const SessionView* session = nullptr;
  const Row* row = nullptr;
  const Row* inserted = nullptr;
  const Row* aggregates = nullptr;
};

/// Where names are looked up: one table, under its alias if it has one, or none.
struct BindScope {
  const TableSchema* schema = nullptr;
  std::string_view alias;
  const SessionView* session = nullptr;
};

/// Resolves column names. `place` is the part of the statement: 'WHERE'. Errors: 1054; 1305 and
/// 1582 for functions that do not exist or take another number of arguments.
SqlStatus bind(Expression& expression, const BindScope& scope, std::string_view place);

/// The value of a bound expression. Errors: 1690, 1193, and others of the functions.
SqlResult<Value> evaluate(const Expression& expression, const EvaluationContext& context);

/// How the server spells an operation in error 1690: "`d`.`t`.`v` + 1".
std::string printed(const Expression& expression, const TableSchema* schema);

/// Type and nullability of what a bound expression yields.
struct ExpressionType {
  ColumnType type{};
  bool is_nullable = true;
};
ExpressionType type_of(const Expression& expression, const TableSchema* schema,
                       const std::vector<Aggregate>& aggregates);

/// Whether a value counts as true; nothing for NULL.
std::optional<bool> truth_of(const Value& value);
/// SQL's comparison: text without regard to case and trailing blanks (C-DB-82), numbers by value,
/// text with a number as floating numbers; nothing where one is NULL.
std::optional<int> compare(const Value& a, const Value& b);
/// The order of ORDER BY: NULL first.
int order_of(const Value& a, const Value& b);
/// The value as a floating number, text by its leading digits.
double number_of(const Value& value);
/// The wall-clock reading of `time` in a zone, with 0 digits.
DateTime date_time_of(WallTime time, std::int64_t zone_offset_seconds);

}  // namespace logquake::database
