// Reads expressions by operator precedence, with a stack of its own: nesting costs memory, not call
// stack.
#pragma once

#include <string>
#include <vector>

#include "models/database/expression.h"
#include "models/database/token_stream.h"

namespace logquake::database {

/// Source: MariaDB 10.11, "Operator Precedence"; C-DB-82.
class ExpressionParser {
 public:
  /// Aggregates are gathered into `aggregates`; where it is null they are misplaced (1111).
  ExpressionParser(TokenStream& in, std::vector<Aggregate>* aggregates)
      : in_(in), aggregates_(aggregates) {}

  /// Reads one expression up to the first token that cannot belong to it. False after a failure,
  /// which the stream then holds.
  bool parse(Expression& expression);

 private:
  enum class Opened : std::uint8_t {
    prefix,
    binary,
    between_low,
    paren,
    call,
    in_list,
    case_of,
    interval
  };
  struct Pending {
    Opened kind{};
    Op op = Op::literal;
    int precedence = 0;
    bool negated = false;        // NOT IN, NOT BETWEEN
    bool has_else = false;       // of CASE
    bool distinct = false;       // COUNT(DISTINCT ...)
    std::uint32_t arity = 0;     // operands complete so far
    std::size_t first_node = 0;  // where its operands begin
    std::string name{};          // of a function
    std::string unit{};
  };

  bool operand();  // expects a value; sets wants_operand_ to false when it has one
  bool word_operand();
  bool after_operand();     // expects an operator, or finds the end
  bool comparison_words();  // IS, IN, BETWEEN, LIKE with or without NOT
  bool open_call(std::string name);
  bool close_call();
  bool close_aggregate(const Pending& call);
  bool close_cast();
  bool column_path(std::string first);
  bool case_word();
  bool end_of_interval();
  bool binary(Op op, int precedence);

  bool push(Pending pending);
  void emit(ExpressionNode node) { out_->nodes.push_back(std::move(node)); }
  void emit(Op op, std::uint32_t arity) { emit({.op = op, .arity = arity}); }
  void literal(Value value);
  /// Emits what waits on the stack and binds at least as tightly, down to the nearest opening.
  void reduce(int precedence);
  bool top_is(Opened kind) const { return !stack_.empty() && stack_.back().kind == kind; }

  TokenStream& in_;
  std::vector<Aggregate>* aggregates_;
  Expression* out_ = nullptr;
  std::vector<Pending> stack_{};
  bool wants_operand_ = true;
  bool done_ = false;
};

/// Reads "int(10) unsigned", "varchar(20)", "datetime(3)" as column definitions have them. Source:
/// C-DB-85. Errors: 1064; 1235 for types that this model leaves out; 1425, 1426, 1427, 1439, 1074
/// (naming `column`).
bool parse_column_type(TokenStream& in, std::string_view column, ColumnType& type);

}  // namespace logquake::database
