#include "models/database/expression_parser.h"

#include <array>
#include <charconv>
#include <utility>

#include "sim/base/format.h"

namespace logquake::database {
namespace {

// From loose to tight. Source: MariaDB, "Operator Precedence".
namespace precedence {
constexpr int logical_or = 1;
constexpr int logical_xor = 2;
constexpr int logical_and = 3;
constexpr int logical_not = 4;
constexpr int comparison = 6;
constexpr int predicate = 7;  // IN, LIKE, BETWEEN
constexpr int sum = 8;
constexpr int product = 9;
constexpr int sign = 11;
constexpr int bang = 12;
}  // namespace precedence

// MariaDB's own parser gives up at 32,000 open brackets or so; chosen: what no sensible statement
// reaches.
constexpr std::size_t most_open = 10'000;

struct BinaryOperator {
  std::string_view text;
  Op op;
  int precedence;
};
constexpr std::array binary_symbols{
    BinaryOperator{"=", Op::equal, precedence::comparison},
    BinaryOperator{"<=>", Op::null_safe_equal, precedence::comparison},
    BinaryOperator{"<>", Op::not_equal, precedence::comparison},
    BinaryOperator{"!=", Op::not_equal, precedence::comparison},
    BinaryOperator{"<", Op::less, precedence::comparison},
    BinaryOperator{"<=", Op::less_equal, precedence::comparison},
    BinaryOperator{">", Op::greater, precedence::comparison},
    BinaryOperator{">=", Op::greater_equal, precedence::comparison},
    BinaryOperator{"+", Op::add, precedence::sum},
    BinaryOperator{"-", Op::subtract, precedence::sum},
    BinaryOperator{"*", Op::multiply, precedence::product},
    BinaryOperator{"/", Op::divide, precedence::product},
    BinaryOperator{"%", Op::modulo, precedence::product},
    BinaryOperator{"&&", Op::logical_and, precedence::logical_and},
    BinaryOperator{"||", Op::logical_or, precedence::logical_or},
};
constexpr std::array binary_words{
    BinaryOperator{"AND", Op::logical_and, precedence::logical_and},
    BinaryOperator{"OR", Op::logical_or, precedence::logical_or},
    BinaryOperator{"XOR", Op::logical_xor, precedence::logical_xor},
    BinaryOperator{"DIV", Op::integer_divide, precedence::product},
    BinaryOperator{"MOD", Op::modulo, precedence::product},
};
constexpr std::array<std::string_view, 9> units{"MICROSECOND", "SECOND", "MINUTE",  "HOUR", "DAY",
                                                "WEEK",        "MONTH",  "QUARTER", "YEAR"};

struct AggregateName {
  std::string_view name;
  Aggregate::Kind kind;
};
constexpr std::array aggregate_names{
    AggregateName{"COUNT", Aggregate::Kind::count}, AggregateName{"SUM", Aggregate::Kind::sum},
    AggregateName{"MIN", Aggregate::Kind::min},     AggregateName{"MAX", Aggregate::Kind::max},
    AggregateName{"AVG", Aggregate::Kind::avg},
};
const AggregateName* aggregate_of(std::string_view name) {
  for (const auto& known : aggregate_names) {
    if (same_name(known.name, name)) return &known;
  }
  return nullptr;
}

// Reserved words that are functions all the same.
constexpr std::array<std::string_view, 18> callable_reserved{
    "IF",     "LEFT",     "RIGHT",     "REPEAT",         "REPLACE",           "MOD",
    "INSERT", "DATABASE", "SCHEMA",    "CURRENT_USER",   "CURRENT_DATE",      "CURRENT_TIME",
    "CHAR",   "VALUES",   "LOCALTIME", "LOCALTIMESTAMP", "CURRENT_TIMESTAMP", "UTC_TIMESTAMP"};
// Functions that need no brackets.
constexpr std::array<std::string_view, 7> bare_functions{
    "CURRENT_TIMESTAMP", "CURRENT_DATE",  "CURRENT_TIME", "LOCALTIME",
    "LOCALTIMESTAMP",    "UTC_TIMESTAMP", "CURRENT_USER"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  for (const auto known : words) {
    if (same_name(known, word)) return true;
  }
  return false;
}

Value number_literal(const Token& token) {
  const char* begin = token.text.data();
  const char* end = begin + token.text.size();
  if (token.kind == Token::Kind::integer) {
    std::int64_t integer = 0;
    if (std::from_chars(begin, end, integer).ec == std::errc()) return Value(integer);
    std::uint64_t wide = 0;
    if (std::from_chars(begin, end, wide).ec == std::errc()) return Value(wide);
  }
  if (token.kind != Token::Kind::real) {
    if (auto decimal = Decimal::parse(token.text)) return Value(*std::move(decimal));
  }
  double real = 0;
  std::from_chars(begin, end, real);
  return Value(real);
}

}  // namespace

Expression Expression::of(Value value) {
  Expression expression;
  expression.nodes.push_back({.op = Op::literal, .literal = std::move(value)});
  return expression;
}

bool ExpressionParser::parse(Expression& expression) {
  out_ = &expression;
  stack_.clear();
  wants_operand_ = true;
  done_ = false;
  const std::size_t begin = in_.peek().begin;
  while (!done_) {
    if (!(wants_operand_ ? operand() : after_operand())) return false;
  }
  expression.text = std::string(in_.text_since(begin));
  return true;
}

bool ExpressionParser::push(Pending pending) {
  if (stack_.size() >= most_open)
    return in_.fail(in_.lexer().syntax_error(in_.peek().begin, "memory exhausted"));
  stack_.push_back(std::move(pending));
  return true;
}

void ExpressionParser::literal(Value value) {
  emit({.op = Op::literal, .literal = std::move(value)});
  wants_operand_ = false;
}

void ExpressionParser::reduce(int precedence) {
  while (!stack_.empty()) {
    const Pending& top = stack_.back();
    if (top.kind != Opened::prefix && top.kind != Opened::binary) return;
    if (top.precedence < precedence) return;
    Op op = top.op;
    const bool right_is_interval = !out_->nodes.empty() && out_->nodes.back().op == Op::interval;
    if (right_is_interval && op == Op::add) op = Op::add_interval;
    if (right_is_interval && op == Op::subtract) op = Op::subtract_interval;
    const std::uint32_t arity = op == Op::between ? 3 : top.kind == Opened::prefix ? 1 : 2;
    const bool negated = top.negated;
    emit(op, arity);
    if (negated) emit(Op::logical_not, 1);
    stack_.pop_back();
  }
}

bool ExpressionParser::operand() {
  const Token& token = in_.peek();
  switch (token.kind) {
    case Token::Kind::integer:
    case Token::Kind::decimal:
    case Token::Kind::real:
      literal(number_literal(in_.take()));
      return true;
    case Token::Kind::text: {
      std::string text = in_.take().text;
      while (in_.peek().kind == Token::Kind::text) text += in_.take().text;  // 'a' 'b' is 'ab'
      literal(Value(std::move(text)));
      return true;
    }
    case Token::Kind::hex:
      literal(Value(Binary{in_.take().text}));
      return true;
    case Token::Kind::parameter: {
      const Value* value = in_.take_parameter();
      if (value == nullptr) return false;
      literal(*value);
      return true;
    }
    case Token::Kind::variable: {
      if (!token.text.starts_with("@@")) return in_.refuse("user variables");
      emit({.op = Op::variable, .name = in_.take().text.substr(2)});
      wants_operand_ = false;
      return true;
    }
    case Token::Kind::name:
      return column_path(in_.take().text);
    case Token::Kind::word:
      return word_operand();
    case Token::Kind::symbol:
      break;
    default:
      return in_.fail();
  }
  if (in_.take_symbol("(")) {
    if (in_.peek_word("SELECT")) return in_.refuse("subquery");
    return push({.kind = Opened::paren});
  }
  if (in_.take_symbol("-"))
    return push({.kind = Opened::prefix, .op = Op::negate, .precedence = precedence::sign});
  if (in_.take_symbol("+")) return true;
  if (in_.take_symbol("!"))
    return push({.kind = Opened::prefix, .op = Op::logical_not, .precedence = precedence::bang});
  if (token.is_symbol("~")) return in_.refuse("bit operators");
  return in_.fail();
}

bool ExpressionParser::word_operand() {
  if (in_.take_word("NULL")) return literal(Value::null()), true;
  if (in_.take_word("TRUE")) return literal(Value::boolean(true)), true;
  if (in_.take_word("FALSE")) return literal(Value::boolean(false)), true;
  if (in_.take_word("NOT")) {
    return push(
        {.kind = Opened::prefix, .op = Op::logical_not, .precedence = precedence::logical_not});
  }
  if (in_.take_word("CASE")) {
    const bool searched = in_.take_word("WHEN");
    return push({.kind = Opened::case_of, .op = searched ? Op::case_when : Op::case_value});
  }
  if (in_.take_word("INTERVAL")) return push({.kind = Opened::interval});
  if (in_.peek_word("EXISTS") || in_.peek_word("BINARY") || in_.peek_word("MATCH") ||
      in_.peek_word("CONVERT")) {
    return in_.refuse(in_.peek().text);
  }
  const std::string word = in_.peek().text;
  const bool reserved = is_reserved(word);
  if (reserved && !is_one_of(callable_reserved, word)) return in_.fail();
  const Token name = in_.take();
  if (in_.peek().kind == Token::Kind::text &&
      (same_name(word, "DATE") || same_name(word, "TIMESTAMP"))) {
    const auto stamp = parse_date_time(in_.peek().text);
    if (!stamp) return in_.fail();
    in_.take();
    literal(same_name(word, "DATE") ? Value(stamp->date()) : Value(*stamp));
    return true;
  }
  if (in_.peek().is_symbol("(")) return open_call(word);
  if (is_one_of(bare_functions, word)) {
    emit({.op = Op::function, .arity = 0, .name = word});
    wants_operand_ = false;
    return true;
  }
  if (reserved) return in_.fail(in_.lexer().syntax_error(name.begin));
  return column_path(word);
}

bool ExpressionParser::column_path(std::string first) {
  ExpressionNode node{.op = Op::column, .name = std::move(first)};
  for (int parts = 1; parts < 3 && in_.take_symbol("."); ++parts) {
    if (in_.peek().is_symbol("*")) return in_.fail();
    std::string next;
    if (in_.peek().kind == Token::Kind::word) {
      next = in_.take().text;  // behind a point even a reserved word is a name
    } else if (!in_.expect_name(next)) {
      return false;
    }
    node.qualifier += (node.qualifier.empty() ? "" : ".") + node.name;
    node.name = std::move(next);
  }
  emit(std::move(node));
  wants_operand_ = false;
  return true;
}

bool ExpressionParser::open_call(std::string name) {
  in_.take();  // the bracket
  Pending call{
      .kind = Opened::call, .first_node = out_->nodes.size(), .name = std::move(name), .unit = {}};
  if (same_name(call.name, "VALUES")) {
    ExpressionNode node{.op = Op::inserted};
    if (!in_.expect_name(node.name) || !in_.expect_symbol(")")) return false;
    emit(std::move(node));
    wants_operand_ = false;
    return true;
  }
  if (same_name(call.name, "TIMESTAMPADD") || same_name(call.name, "TIMESTAMPDIFF")) {
    if (!is_one_of(units, in_.peek().text)) return in_.fail();
    call.unit = in_.take().text;
    if (!in_.expect_symbol(",")) return false;
  }
  const AggregateName* aggregate = aggregate_of(call.name);
  if (aggregate != nullptr) {
    if (aggregates_ == nullptr) {
      return in_.fail(SqlError::of(SqlErrorCode::invalid_use_of_group_function,
                                   "Invalid use of group function"));
    }
    if (aggregate->kind == Aggregate::Kind::count && in_.take_symbol("*")) {
      if (!in_.expect_symbol(")")) return false;
      aggregates_->push_back({.kind = Aggregate::Kind::count_rows, .argument = {}});
      emit({.op = Op::aggregate, .index = aggregates_->size() - 1});
      wants_operand_ = false;
      return true;
    }
    if (in_.take_word("DISTINCT")) {
      if (aggregate->kind != Aggregate::Kind::count)
        return in_.refuse("DISTINCT in aggregates other than COUNT");
      call.distinct = true;
    }
  } else if (in_.take_symbol(")")) {
    emit({.op = Op::function, .arity = 0, .name = call.name});
    wants_operand_ = false;
    return true;
  }
  return push(std::move(call));
}

bool ExpressionParser::after_operand() {
  const Token& token = in_.peek();
  if (token.kind == Token::Kind::word) {
    for (const auto& known : binary_words) {
      if (!in_.peek_word(known.text)) continue;
      if (known.op == Op::logical_and) {
        reduce(precedence::predicate);
        if (top_is(Opened::between_low)) {  // this AND belongs to BETWEEN
          in_.take();
          stack_.back() = {.kind = Opened::binary,
                           .op = Op::between,
                           .precedence = precedence::predicate,
                           .negated = stack_.back().negated};
          wants_operand_ = true;
          return true;
        }
      }
      return binary(known.op, known.precedence);
    }
    if (in_.peek_word("IS") || in_.peek_word("IN") || in_.peek_word("BETWEEN") ||
        in_.peek_word("LIKE") || in_.peek_word("NOT")) {
      return comparison_words();
    }
    if (in_.peek_word("WHEN") || in_.peek_word("THEN") || in_.peek_word("ELSE") ||
        in_.peek_word("END")) {
      return case_word();
    }
    if (in_.peek_word("REGEXP") || in_.peek_word("RLIKE") || in_.peek_word("COLLATE")) {
      return in_.refuse(in_.peek().text);
    }
    reduce(0);
    if (top_is(Opened::interval)) return end_of_interval();
    if (top_is(Opened::call) && same_name(stack_.back().name, "CAST") && in_.peek_word("AS"))
      return close_cast();
  }
  if (token.kind == Token::Kind::symbol) {
    for (const auto& known : binary_symbols) {
      if (token.is_symbol(known.text)) return binary(known.op, known.precedence);
    }
    if (token.is_symbol("&") || token.is_symbol("|") || token.is_symbol("^") ||
        token.is_symbol("<<") || token.is_symbol(">>")) {
      return in_.refuse("bit operators");
    }
    reduce(0);
    const bool in_brackets =
        top_is(Opened::paren) || top_is(Opened::call) || top_is(Opened::in_list);
    if (token.is_symbol(",") && (top_is(Opened::call) || top_is(Opened::in_list))) {
      in_.take();
      ++stack_.back().arity;
      wants_operand_ = true;
      return true;
    }
    if (token.is_symbol(",") && top_is(Opened::paren)) return in_.refuse("row values");
    if (token.is_symbol(")") && in_brackets) {
      if (top_is(Opened::call)) return close_call();
      in_.take();
      const Pending list = std::move(stack_.back());
      stack_.pop_back();
      if (list.kind == Opened::in_list) {
        emit(Op::in, list.arity + 2);  // the last candidate, and the value itself
        if (list.negated) emit(Op::logical_not, 1);
      }
      return true;
    }
  }
  reduce(0);
  if (!stack_.empty()) return in_.fail();
  done_ = true;
  return true;
}

bool ExpressionParser::binary(Op op, int precedence) {
  in_.take();
  reduce(precedence);
  wants_operand_ = true;
  return push({.kind = Opened::binary, .op = op, .precedence = precedence});
}

bool ExpressionParser::comparison_words() {
  if (in_.take_word("IS")) {
    reduce(precedence::comparison);
    const bool negated = in_.take_word("NOT");
    if (in_.take_word("NULL") || in_.take_word("UNKNOWN")) {
      emit(Op::is_null, 1);
    } else if (in_.take_word("TRUE")) {
      emit(Op::is_true, 1);
    } else if (in_.take_word("FALSE")) {
      emit(Op::is_false, 1);
    } else {
      return in_.fail();
    }
    if (negated) emit(Op::logical_not, 1);
    return true;
  }
  const bool negated = in_.take_word("NOT");
  reduce(precedence::predicate);
  if (in_.take_word("IN")) {
    if (!in_.expect_symbol("(")) return false;
    if (in_.peek_word("SELECT")) return in_.refuse("subquery");
    wants_operand_ = true;
    return push({.kind = Opened::in_list, .negated = negated});
  }
  if (in_.take_word("BETWEEN")) {
    wants_operand_ = true;
    return push({.kind = Opened::between_low, .negated = negated});
  }
  if (in_.take_word("LIKE")) {
    wants_operand_ = true;
    return push({.kind = Opened::binary,
                 .op = Op::like,
                 .precedence = precedence::predicate,
                 .negated = negated});
  }
  if (in_.peek_word("REGEXP") || in_.peek_word("RLIKE")) return in_.refuse(in_.peek().text);
  return in_.fail();
}

bool ExpressionParser::case_word() {
  reduce(0);
  if (!top_is(Opened::case_of)) {
    // END and the others may also follow an expression from outside, as an alias might.
    if (!stack_.empty()) return in_.fail();
    done_ = true;
    return true;
  }
  Pending& open = stack_.back();
  // Operands so far: (subject), then condition and value in turns.
  const bool has_subject = open.op == Op::case_value;
  const std::uint32_t complete = open.arity + 1;
  const bool at_condition = (complete - (has_subject ? 1 : 0)) % 2 == 1;
  const bool subject_only = has_subject && complete == 1;
  if (in_.peek_word("THEN")) {
    if (subject_only || !at_condition || open.has_else) return in_.fail();
  } else if (in_.peek_word("WHEN")) {
    if ((!subject_only && at_condition) || open.has_else) return in_.fail();
  } else if (in_.peek_word("ELSE")) {
    if (subject_only || at_condition || open.has_else) return in_.fail();
    open.has_else = true;
  } else {
    if (subject_only || (at_condition && !open.has_else)) return in_.fail();
    in_.take();
    std::uint32_t arity = complete;
    if (!open.has_else) {
      emit({.op = Op::literal});
      ++arity;
    }
    emit(open.op, arity);
    stack_.pop_back();
    return true;
  }
  in_.take();
  open.arity = complete;
  wants_operand_ = true;
  return true;
}

bool ExpressionParser::end_of_interval() {
  if (!is_one_of(units, in_.peek().text)) return in_.fail();
  emit({.op = Op::interval, .arity = 1, .name = in_.take().text});
  stack_.pop_back();
  return true;
}

bool ExpressionParser::close_call() {
  // A word of the grammar, not a function: another number of values is a syntax error.
  const bool is_difference = same_name(stack_.back().name, "TIMESTAMPDIFF");
  if (is_difference && stack_.back().arity + 1 != 2) return in_.fail();
  in_.take();
  Pending call = std::move(stack_.back());
  stack_.pop_back();
  if (same_name(call.name, "CAST")) return in_.fail();
  if (aggregate_of(call.name) != nullptr) return close_aggregate(call);
  const std::uint32_t arity = call.arity + 1;
  const bool adds = same_name(call.name, "DATE_ADD") || same_name(call.name, "ADDDATE");
  const bool subtracts = same_name(call.name, "DATE_SUB") || same_name(call.name, "SUBDATE");
  if ((adds || subtracts) && arity == 2 && out_->nodes.back().op == Op::interval) {
    emit(adds ? Op::add_interval : Op::subtract_interval, 2);
    return true;
  }
  emit({.op = is_difference ? Op::timestamp_diff : Op::function,
        .arity = arity,
        .name = std::move(call.name),
        .qualifier = std::move(call.unit)});
  return true;
}

bool ExpressionParser::close_aggregate(const Pending& call) {
  if (call.arity > 0) return in_.refuse("aggregates over several values");
  Aggregate aggregate{.kind = aggregate_of(call.name)->kind, .argument = {}};
  if (call.distinct) aggregate.kind = Aggregate::Kind::count_distinct;
  const auto first = out_->nodes.begin() + static_cast<std::ptrdiff_t>(call.first_node);
  for (auto node = first; node != out_->nodes.end(); ++node) {
    if (node->op == Op::aggregate) {
      return in_.fail(SqlError::of(SqlErrorCode::invalid_use_of_group_function,
                                   "Invalid use of group function"));
    }
    aggregate.argument.nodes.push_back(std::move(*node));
  }
  out_->nodes.erase(first, out_->nodes.end());
  aggregates_->push_back(std::move(aggregate));
  emit({.op = Op::aggregate, .index = aggregates_->size() - 1});
  return true;
}

bool ExpressionParser::close_cast() {
  in_.take();  // AS
  ExpressionNode node{.op = Op::cast, .arity = 1};
  if (in_.take_word("SIGNED")) {
    in_.take_word("INTEGER");
    node.type = {.kind = TypeKind::bigint, .length = 20};
  } else if (in_.take_word("UNSIGNED")) {
    in_.take_word("INTEGER");
    node.type = {.kind = TypeKind::bigint, .is_unsigned = true, .length = 20};
  } else if (in_.take_word("CHAR")) {
    node.type = {.kind = TypeKind::varchar, .length = -1};
    if (in_.take_symbol("(")) {
      std::uint64_t length = 0;
      if (!in_.expect_unsigned(length) || !in_.expect_symbol(")")) return false;
      node.type.length = static_cast<std::int64_t>(length);
    }
  } else if (!parse_column_type(in_, "", node.type)) {
    return false;
  }
  if (!in_.expect_symbol(")")) return false;
  stack_.pop_back();
  emit(std::move(node));
  return true;
}

}  // namespace logquake::database
