#include "models/database/expression.h"

#include <algorithm>
#include <chrono>
#include <span>

#include "models/database/functions.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

SqlError unknown_column(const ExpressionNode& node, std::string_view place) {
  const std::string name = node.qualifier.empty() ? node.name : node.qualifier + "." + node.name;
  return SqlError::of(SqlErrorCode::unknown_column,
                      format("Unknown column '{}' in '{}'", name, place));
}

bool names_table(std::string_view qualifier, const BindScope& scope) {
  if (qualifier.empty()) return true;
  if (!scope.alias.empty()) return qualifier == scope.alias;
  return qualifier == scope.schema->name || qualifier == scope.schema->full_name();
}

std::string_view sign_of(Op op) {
  switch (op) {
    case Op::logical_or:
      return "or";
    case Op::logical_xor:
      return "xor";
    case Op::logical_and:
      return "and";
    case Op::equal:
      return "=";
    case Op::null_safe_equal:
      return "<=>";
    case Op::not_equal:
      return "<>";
    case Op::less:
      return "<";
    case Op::less_equal:
      return "<=";
    case Op::greater:
      return ">";
    case Op::greater_equal:
      return ">=";
    case Op::add:
      return "+";
    case Op::subtract:
      return "-";
    case Op::multiply:
      return "*";
    case Op::divide:
      return "/";
    case Op::integer_divide:
      return "DIV";
    case Op::modulo:
      return "MOD";
    default:
      return {};
  }
}

ExpressionType literal_type(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null:
      return {{.kind = TypeKind::null}, true};
    case Value::Kind::integer:
      return {
          {.kind = *value.as<std::int64_t>() == static_cast<std::int32_t>(*value.as<std::int64_t>())
                       ? TypeKind::integer
                       : TypeKind::bigint,
           .length = static_cast<std::int64_t>(to_string(value).size())},
          false};
    case Value::Kind::unsigned_integer:
      return {{.kind = TypeKind::bigint, .is_unsigned = true, .length = 20}, false};
    case Value::Kind::decimal: {
      const auto& decimal = *value.as<Decimal>();
      return {{.kind = TypeKind::decimal,
               .length = decimal.integer_digits() + decimal.scale(),
               .scale = decimal.scale()},
              false};
    }
    case Value::Kind::real:
    case Value::Kind::single:
      return {{.kind = TypeKind::real_double}, false};
    case Value::Kind::binary:
      return {{.kind = TypeKind::varbinary,
               .length = static_cast<std::int64_t>(to_string(value).size())},
              false};
    case Value::Kind::date:
      return {{.kind = TypeKind::date}, false};
    case Value::Kind::time:
      return {{.kind = TypeKind::time}, false};
    case Value::Kind::date_time:
      return {{.kind = TypeKind::datetime, .scale = value.as<DateTime>()->digits}, false};
    case Value::Kind::text:
      break;
  }
  return {{.kind = TypeKind::varchar, .length = static_cast<std::int64_t>(to_string(value).size())},
          false};
}

ExpressionType arithmetic_type(Op op, const ExpressionType& a, const ExpressionType& b) {
  const bool nullable = a.is_nullable || b.is_nullable || op == Op::divide || op == Op::modulo;
  const auto exact = [](const ColumnType& type) {
    return is_integer(type.kind) || type.kind == TypeKind::decimal;
  };
  if (op == Op::integer_divide) return {{.kind = TypeKind::bigint, .length = 20}, true};
  if (!exact(a.type) || !exact(b.type)) return {{.kind = TypeKind::real_double}, nullable};
  if (is_integer(a.type.kind) && is_integer(b.type.kind) && op != Op::divide) {
    return {{.kind = TypeKind::bigint,
             .is_unsigned = a.type.is_unsigned || b.type.is_unsigned,
             .length = 20},
            nullable};
  }
  int scale = std::max(a.type.scale, b.type.scale);
  if (op == Op::multiply) scale = a.type.scale + b.type.scale;
  if (op == Op::divide) scale = a.type.scale + 4;
  return {{.kind = TypeKind::decimal,
           .length = Decimal::max_digits,
           .scale = std::min(scale, Decimal::max_scale)},
          nullable};
}

ExpressionType aggregate_type(const Aggregate& aggregate, const TableSchema* schema) {
  using enum Aggregate::Kind;
  if (aggregate.kind == count || aggregate.kind == count_rows || aggregate.kind == count_distinct) {
    return {{.kind = TypeKind::bigint, .length = 21}, false};
  }
  const ExpressionType argument = type_of(aggregate.argument, schema, {});
  if (aggregate.kind == min || aggregate.kind == max) return {argument.type, true};
  const bool exact = is_integer(argument.type.kind) || argument.type.kind == TypeKind::decimal;
  if (!exact) return {{.kind = TypeKind::real_double}, true};
  const int scale = argument.type.scale + (aggregate.kind == avg ? 4 : 0);
  return {{.kind = TypeKind::decimal,
           .length = Decimal::max_digits,
           .scale = std::min(scale, Decimal::max_scale)},
          true};
}

}  // namespace

SqlStatus bind(Expression& expression, const BindScope& scope, std::string_view place) {
  for (ExpressionNode& node : expression.nodes) {
    if (node.op == Op::column || node.op == Op::inserted) {
      const bool in_scope = scope.schema != nullptr && names_table(node.qualifier, scope);
      const auto found = in_scope ? scope.schema->find_column(node.name) : std::nullopt;
      if (!found) return unknown_column(node, place);
      node.index = *found;
    } else if (node.op == Op::variable) {
      auto value = scope.session->variable(node.name);
      if (!value) {
        return SqlError::of(SqlErrorCode::unknown_system_variable,
                            format("Unknown system variable '{}'", node.name));
      }
      node = {.op = Op::literal, .literal = std::move(*value)};
    } else if (node.op == Op::function) {
      const FunctionCheck check = check_function(node.name, node.arity);
      if (!check.exists) {
        if (scope.session->database.empty())
          return SqlError::of(SqlErrorCode::no_database_selected, "No database selected");
        return SqlError::of(
            SqlErrorCode::function_missing,
            format("FUNCTION {}.{} does not exist", scope.session->database, node.name));
      }
      if (!check.takes_so_many) {
        return SqlError::of(
            SqlErrorCode::incorrect_parameter_count,
            format("Incorrect parameter count in the call to native function '{}'", node.name));
      }
    }
  }
  return {};
}

std::string printed(const Expression& expression, const TableSchema* schema) {
  std::vector<std::string> stack;
  for (const ExpressionNode& node : expression.nodes) {
    std::string text;
    if (node.op == Op::literal) {
      text = node.literal.kind() == Value::Kind::text ? quoted_text(to_string(node.literal))
                                                      : to_string(node.literal);
    } else if (node.op == Op::column) {
      if (schema != nullptr)
        text = quoted_name(schema->database) + "." + quoted_name(schema->name) + ".";
      text += quoted_name(node.name);
    } else if (const auto sign = sign_of(node.op); !sign.empty() && stack.size() >= 2) {
      const bool outermost = &node == &expression.nodes.back();
      text = format("{} {} {}", stack[stack.size() - 2], sign, stack.back());
      if (!outermost) text = "(" + text + ")";
    } else if (node.op == Op::cast && !stack.empty()) {
      const bool whole = node.type.kind == TypeKind::bigint;
      const std::string_view name = node.type.is_unsigned ? "unsigned" : "signed";
      text =
          format("cast({} as {})", stack.back(), whole ? std::string(name) : to_string(node.type));
    } else {
      text = node.name + "(";
      for (std::uint32_t i = node.arity; i > 0 && stack.size() >= i; --i) {
        text += stack[stack.size() - i] + (i > 1 ? "," : "");
      }
      text += ")";
    }
    stack.resize(stack.size() - std::min<std::size_t>(node.arity, stack.size()));
    stack.push_back(std::move(text));
  }
  return stack.empty() ? std::string() : stack.back();
}

ExpressionType type_of(const Expression& expression, const TableSchema* schema,
                       const std::vector<Aggregate>& aggregates) {
  std::vector<ExpressionType> stack;
  for (const ExpressionNode& node : expression.nodes) {
    const std::span<const ExpressionType> operands(stack.data() + stack.size() - node.arity,
                                                   node.arity);
    ExpressionType type{{.kind = TypeKind::integer, .length = 1}, true};  // truth values
    switch (node.op) {
      case Op::literal:
        type = literal_type(node.literal);
        break;
      case Op::column:
      case Op::inserted:
        type = {schema->columns[node.index].type, schema->columns[node.index].is_nullable};
        break;
      case Op::aggregate:
        type = aggregate_type(aggregates[node.index], schema);
        break;
      case Op::add:
      case Op::subtract:
      case Op::multiply:
      case Op::divide:
      case Op::integer_divide:
      case Op::modulo:
        type = arithmetic_type(node.op, operands[0], operands[1]);
        break;
      case Op::negate:
      case Op::interval:
        type = operands[0];
        break;
      case Op::cast:
        type = {node.type, true};
        if (type.type.length < 0) type.type.length = 255;
        break;
      case Op::case_when:
      case Op::case_value:
        type = {operands[operands.size() - 1].type, true};
        if (type.type.kind == TypeKind::null) type.type = operands[operands.size() - 2].type;
        break;
      case Op::add_interval:
      case Op::subtract_interval:
        type = {{.kind = TypeKind::datetime}, true};
        break;
      case Op::timestamp_diff:
        type = {{.kind = TypeKind::bigint, .length = 20}, true};
        break;
      case Op::function:
        type = function_type(node, operands);
        break;
      case Op::is_null:
      case Op::is_true:
      case Op::is_false:
        type.is_nullable = false;
        break;
      default:
        type.is_nullable = false;
        for (const auto& operand : operands)
          type.is_nullable = type.is_nullable || operand.is_nullable;
    }
    stack.resize(stack.size() - node.arity);
    stack.push_back(type);
  }
  return stack.empty() ? ExpressionType{} : stack.back();
}

DateTime date_time_of(WallTime time, std::int64_t zone_offset_seconds) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  return {(seconds + zone_offset_seconds) * 1'000'000, 0};
}

}  // namespace logquake::database
