// The functions that expressions may call.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "models/database/expression.h"

namespace logquake::database {

/// Whether there is such a function, and whether it takes so many arguments. Source: C-DB-82.
struct FunctionCheck {
  bool exists = false;
  bool takes_so_many = false;
};
FunctionCheck check_function(std::string_view name, std::uint32_t arguments);

/// The function's value. `call` is a node of kind function that passed check_function().
SqlResult<Value> call_function(const ExpressionNode& call, std::span<const Value> arguments,
                               const EvaluationContext& context);
/// What it yields, for result metadata.
ExpressionType function_type(const ExpressionNode& call, std::span<const ExpressionType> arguments);

/// `moment` moved by `amount` units; NULL where `moment` is no calendar value.
Value add_interval(const Value& moment, const Value& amount, std::string_view unit, bool backwards);
/// Whole units from `from` to `to`.
Value difference_in(const Value& from, const Value& to, std::string_view unit);
/// LIKE: '%' is any text, '_' any character, '\' takes away their meaning; without regard to case.
bool matches_like(std::string_view text, std::string_view pattern);

}  // namespace logquake::database
