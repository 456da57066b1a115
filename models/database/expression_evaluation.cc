// What expressions yield.
#include <algorithm>
#include <cmath>
#include <span>

#include "models/database/conversion.h"
#include "models/database/expression.h"
#include "models/database/functions.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

__extension__ using Wide = __int128;
using Kind = Value::Kind;

Value from_truth(std::optional<bool> truth) {
  return truth ? Value::boolean(*truth) : Value::null();
}

std::optional<Wide> whole_number(const Value& value) {
  if (const auto* integer = value.as<std::int64_t>()) return *integer;
  if (const auto* integer = value.as<std::uint64_t>()) return *integer;
  return std::nullopt;
}

std::optional<Decimal> exact_number(const Value& value) {
  if (const auto* integer = value.as<std::int64_t>()) return Decimal::of(*integer);
  if (const auto* integer = value.as<std::uint64_t>()) return Decimal::of_unsigned(*integer);
  if (const auto* decimal = value.as<Decimal>()) return *decimal;
  if (value.kind() == Kind::date || value.kind() == Kind::date_time || value.kind() == Kind::time) {
    // Calendar values count as numbers: 20240704033358.
    std::string digits;
    for (const char letter : to_string(value)) {
      if ((letter >= '0' && letter <= '9') || letter == '.') digits.push_back(letter);
    }
    return Decimal::parse(digits);
  }
  return std::nullopt;
}

/// Postfix machine: one stack of values.
class Evaluation {
 public:
  Evaluation(const Expression& expression, const EvaluationContext& context)
      : expression_(expression), context_(context) {
    stack_.reserve(expression.nodes.size());
  }

  SqlResult<Value> run() {
    for (const ExpressionNode& node : expression_.nodes) {
      if (auto status = step(node); !status.ok()) return status.error();
    }
    LOGQUAKE_CHECK(stack_.size() == 1, "an expression leaves exactly one value");
    return std::move(stack_.back());
  }

 private:
  Value& from_top(std::size_t depth) { return stack_[stack_.size() - 1 - depth]; }
  SqlStatus replace(std::uint32_t arity, Value value) {
    stack_.resize(stack_.size() - arity);
    stack_.push_back(std::move(value));
    return {};
  }

  SqlStatus step(const ExpressionNode& node) {
    switch (node.op) {
      case Op::literal:
        return replace(0, node.literal);
      case Op::column:
        LOGQUAKE_CHECK(context_.row != nullptr, "columns are bound only where there are rows");
        return replace(0, (*context_.row)[node.index]);
      case Op::inserted:
        return replace(
            0, context_.inserted == nullptr ? Value::null() : (*context_.inserted)[node.index]);
      case Op::aggregate:
        LOGQUAKE_CHECK(context_.aggregates != nullptr,
                       "aggregates are bound only where rows are aggregated");
        return replace(0, (*context_.aggregates)[node.index]);
      case Op::variable:
        LOGQUAKE_CHECK(false, "variables become literals when they are bound");
        return {};
      case Op::logical_or:
      case Op::logical_xor:
      case Op::logical_and:
        return logical(node.op);
      case Op::logical_not: {
        const auto truth = truth_of(from_top(0));
        return replace(1, from_truth(truth ? std::optional(!*truth) : std::nullopt));
      }
      case Op::is_null:
        return replace(1, Value::boolean(from_top(0).is_null()));
      case Op::is_true:
        return replace(1, Value::boolean(truth_of(from_top(0)).value_or(false)));
      case Op::is_false:
        return replace(1, Value::boolean(!truth_of(from_top(0)).value_or(true)));
      case Op::negate:
        return negate();
      case Op::in:
        return in(node.arity);
      case Op::between:
        return between();
      case Op::like:
        return like();
      case Op::add:
      case Op::subtract:
      case Op::multiply:
      case Op::divide:
      case Op::integer_divide:
      case Op::modulo:
        return arithmetic(node.op);
      case Op::case_when:
      case Op::case_value:
        return choose(node);
      case Op::cast: {
        auto value = cast(from_top(0), node.type);
        if (!value) return value.error();
        return replace(1, std::move(*value));
      }
      case Op::interval:
        return {};  // the amount stays; the operator that follows knows the unit
      case Op::add_interval:
      case Op::subtract_interval: {
        const std::string& unit = (&node - 1)->name;
        Value sum = add_interval(from_top(1), from_top(0), unit, node.op == Op::subtract_interval);
        return replace(2, std::move(sum));
      }
      case Op::timestamp_diff: {
        Value span = difference_in(from_top(1), from_top(0), node.qualifier);
        return replace(2, std::move(span));
      }
      case Op::function: {
        const std::span<const Value> arguments(stack_.data() + stack_.size() - node.arity,
                                               node.arity);
        auto value = call_function(node, arguments, context_);
        if (!value) return value.error();
        return replace(node.arity, std::move(*value));
      }
      default:
        return comparison(node.op);
    }
  }

  SqlStatus logical(Op op) {
    const auto a = truth_of(from_top(1));
    const auto b = truth_of(from_top(0));
    std::optional<bool> truth;
    if (op == Op::logical_and) {
      if (a == false || b == false) {
        truth = false;
      } else if (a && b) {
        truth = true;
      }
    } else if (op == Op::logical_or) {
      if (a == true || b == true) {
        truth = true;
      } else if (a && b) {
        truth = false;
      }
    } else if (a && b) {
      truth = *a != *b;
    }
    return replace(2, from_truth(truth));
  }

  SqlStatus comparison(Op op) {
    if (op == Op::null_safe_equal) {
      const bool both_null = from_top(0).is_null() && from_top(1).is_null();
      const auto order = compare(from_top(1), from_top(0));
      return replace(2, Value::boolean(both_null || order == 0));
    }
    const auto order = compare(from_top(1), from_top(0));
    if (!order) return replace(2, Value::null());
    bool truth = false;
    switch (op) {
      case Op::equal:
        truth = *order == 0;
        break;
      case Op::not_equal:
        truth = *order != 0;
        break;
      case Op::less:
        truth = *order < 0;
        break;
      case Op::less_equal:
        truth = *order <= 0;
        break;
      case Op::greater:
        truth = *order > 0;
        break;
      case Op::greater_equal:
        truth = *order >= 0;
        break;
      default:
        LOGQUAKE_CHECK(false, "only comparisons come here");
    }
    return replace(2, Value::boolean(truth));
  }

  SqlStatus in(std::uint32_t arity) {
    const Value& value = from_top(arity - 1);
    bool found = false;
    bool unknown = value.is_null();
    for (std::uint32_t i = 0; i + 1 < arity; ++i) {
      const auto order = compare(value, from_top(i));
      found = found || order == 0;
      unknown = unknown || !order;
    }
    return replace(arity, found     ? Value::boolean(true)
                          : unknown ? Value::null()
                                    : Value::boolean(false));
  }

  SqlStatus between() {
    const auto low = compare(from_top(2), from_top(1));
    const auto high = compare(from_top(2), from_top(0));
    if ((low && *low < 0) || (high && *high > 0)) return replace(3, Value::boolean(false));
    return replace(3, low && high ? Value::boolean(true) : Value::null());
  }

  SqlStatus like() {
    if (from_top(0).is_null() || from_top(1).is_null()) return replace(2, Value::null());
    const std::string text = to_string(from_top(1));
    const std::string pattern = to_string(from_top(0));
    return replace(2, Value::boolean(matches_like(text, pattern)));
  }

  SqlStatus negate() {
    Value& top = from_top(0);
    if (top.is_null()) return {};
    if (const auto whole = whole_number(top)) return store_whole(1, -*whole, false);
    if (const auto* decimal = top.as<Decimal>()) return replace(1, Value(decimal->negated()));
    return replace(1, Value(-number_of(top)));
  }

  SqlStatus store_whole(std::uint32_t arity, Wide number, bool is_unsigned) {
    if (is_unsigned ? number < 0 || number > Wide{UINT64_MAX}
                    : number < Wide{INT64_MIN} || number > Wide{INT64_MAX}) {
      return SqlError::of(SqlErrorCode::bigint_out_of_range,
                          format("BIGINT{} value is out of range in '{}'",
                                 is_unsigned ? " UNSIGNED" : "", printed(expression_, nullptr)));
    }
    return replace(arity, is_unsigned ? Value(static_cast<std::uint64_t>(number))
                                      : Value(static_cast<std::int64_t>(number)));
  }

  SqlStatus arithmetic(Op op) {
    const Value& a = from_top(1);
    const Value& b = from_top(0);
    if (a.is_null() || b.is_null()) return replace(2, Value::null());
    const auto x = whole_number(a);
    const auto y = whole_number(b);
    const bool is_unsigned =
        a.kind() == Kind::unsigned_integer || b.kind() == Kind::unsigned_integer;
    if (x && y && op != Op::divide) {
      if ((op == Op::integer_divide || op == Op::modulo) && *y == 0)
        return replace(2, Value::null());
      switch (op) {
        case Op::add:
          return store_whole(2, *x + *y, is_unsigned);
        case Op::subtract:
          return store_whole(2, *x - *y, is_unsigned);
        case Op::multiply:
          return store_whole(2, *x * *y, is_unsigned);
        case Op::integer_divide:
          return store_whole(2, *x / *y, is_unsigned);
        default:
          return store_whole(2, *x % *y, a.kind() == Kind::unsigned_integer);
      }
    }
    const auto exact_a = exact_number(a);
    const auto exact_b = exact_number(b);
    if (exact_a && exact_b) return exact_arithmetic(op, *exact_a, *exact_b);
    return floating_arithmetic(op, number_of(a), number_of(b));
  }

  SqlStatus exact_arithmetic(Op op, const Decimal& a, const Decimal& b) {
    switch (op) {
      case Op::add:
        return replace(2, Value(a + b));
      case Op::subtract:
        return replace(2, Value(a - b));
      case Op::multiply:
        return replace(2, Value(a * b));
      case Op::divide: {
        auto quotient = Decimal::divide(a, b);
        return replace(2, quotient ? Value(*std::move(quotient)) : Value::null());
      }
      case Op::integer_divide: {
        const auto quotient = Decimal::quotient(a, b);
        if (!quotient) return replace(2, Value::null());
        const auto whole = quotient->to_integer();
        if (!whole) return store_whole(2, Wide{INT64_MAX} + 1, false);
        return replace(2, Value(*whole));
      }
      default: {
        const auto quotient = Decimal::quotient(a, b);
        return replace(2, quotient ? Value(a - *quotient * b) : Value::null());
      }
    }
  }

  SqlStatus floating_arithmetic(Op op, double a, double b) {
    double result = 0;
    switch (op) {
      case Op::add:
        result = a + b;
        break;
      case Op::subtract:
        result = a - b;
        break;
      case Op::multiply:
        result = a * b;
        break;
      default:
        if (b == 0) return replace(2, Value::null());
        if (op == Op::integer_divide) return store_whole(2, static_cast<Wide>(a / b), false);
        result = op == Op::divide ? a / b : std::fmod(a, b);
    }
    if (!std::isfinite(result)) {
      return SqlError::of(
          SqlErrorCode::bigint_out_of_range,
          format("DOUBLE value is out of range in '{}'", printed(expression_, nullptr)));
    }
    return replace(2, Value(result));
  }

  SqlStatus choose(const ExpressionNode& node) {
    const std::span<const Value> operands(stack_.data() + stack_.size() - node.arity, node.arity);
    const bool has_subject = node.op == Op::case_value;
    Value chosen = operands.back();
    for (std::size_t i = has_subject ? 1 : 0; i + 1 < operands.size(); i += 2) {
      const bool hit = has_subject ? compare(operands[0], operands[i]) == 0
                                   : truth_of(operands[i]).value_or(false);
      if (hit) {
        chosen = operands[i + 1];
        break;
      }
    }
    return replace(node.arity, std::move(chosen));
  }

  const Expression& expression_;
  const EvaluationContext& context_;
  std::vector<Value> stack_;
};

}  // namespace

SqlResult<Value> evaluate(const Expression& expression, const EvaluationContext& context) {
  if (expression.nodes.size() == 1 && expression.nodes.front().op == Op::literal) {
    return expression.nodes.front().literal;
  }
  return Evaluation(expression, context).run();
}

}  // namespace logquake::database
