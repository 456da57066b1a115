#include "models/database/access_path.h"

#include <algorithm>
#include <map>
#include <vector>

#include "models/database/conversion.h"
#include "models/database/key.h"

namespace logquake::database {
namespace {

struct Bounds {
  std::optional<Value> equal;
  std::optional<Value> low;
  std::optional<Value> high;
  bool low_excluded = false;
  bool high_excluded = false;
};

/// Takes the top ANDs of a postfix expression apart and gathers what they say about columns.
class Conditions {
 public:
  Conditions(const Expression& where, const TableSchema& schema, const EvaluationContext& context)
      : nodes_(where.nodes), schema_(schema), context_(context) {
    for (const ExpressionNode& node : nodes_) {
      std::size_t begin = begins_.size();
      for (std::uint32_t i = 0; i < node.arity; ++i) begin = begins_[begin - 1];
      begins_.push_back(begin);
    }
    std::vector<std::size_t> open;
    if (!nodes_.empty()) open.push_back(nodes_.size() - 1);
    while (!open.empty()) {
      const std::size_t root = open.back();
      open.pop_back();
      if (nodes_[root].op == Op::logical_and) {
        open.push_back(root - 1);
        open.push_back(begins_[root - 1] - 1);
      } else {
        gather(root);
      }
    }
  }

  const Bounds* of(std::size_t column) const {
    const auto found = bounds_.find(column);
    return found == bounds_.end() ? nullptr : &found->second;
  }

 private:
  void gather(std::size_t root) {
    const ExpressionNode& node = nodes_[root];
    const bool comparison = node.op == Op::equal || node.op == Op::less ||
                            node.op == Op::less_equal || node.op == Op::greater ||
                            node.op == Op::greater_equal;
    if (node.op == Op::between) {
      const std::size_t high = root - 1;
      const std::size_t low = begins_[high] - 1;
      const std::size_t column = begins_[low] - 1;
      if (nodes_[column].op != Op::column || begins_[column] != begins_[root]) return;
      note(nodes_[column].index, Op::greater_equal, low);
      note(nodes_[column].index, Op::less_equal, high);
      return;
    }
    if (!comparison) return;
    const std::size_t right = root - 1;
    const std::size_t left = begins_[right] - 1;
    if (nodes_[left].op == Op::column) {
      note(nodes_[left].index, node.op, right);
    } else if (nodes_[right].op == Op::column) {
      note(nodes_[right].index, mirrored(node.op), left);
    }
  }

  Op mirrored(Op op) const {
    switch (op) {
      case Op::less:
        return Op::greater;
      case Op::less_equal:
        return Op::greater_equal;
      case Op::greater:
        return Op::less;
      case Op::greater_equal:
        return Op::less_equal;
      default:
        return op;
    }
  }

  void note(std::size_t column, Op op, std::size_t root) {
    Expression constant;
    for (std::size_t i = begins_[root]; i <= root; ++i) {
      if (nodes_[i].op == Op::column || nodes_[i].op == Op::inserted ||
          nodes_[i].op == Op::aggregate)
        return;
      constant.nodes.push_back(nodes_[i]);
    }
    const auto value = evaluate(constant, context_);
    if (!value) return;
    auto key = as_key(*value, schema_.columns[column]);
    if (!key) return;
    Bounds& bounds = bounds_[column];
    if (op == Op::equal) {
      bounds.equal = std::move(key);
    } else if (op == Op::greater || op == Op::greater_equal) {
      bounds.low = std::move(key);
      bounds.low_excluded = op == Op::greater;
    } else {
      bounds.high = std::move(key);
      bounds.high_excluded = op == Op::less;
    }
  }

  /// The value as the column would keep it, where comparing either is the same.
  std::optional<Value> as_key(const Value& value, const Column& column) const {
    const Value::Kind kind = value.kind();
    const bool whole = kind == Value::Kind::integer || kind == Value::Kind::unsigned_integer;
    const bool text = kind == Value::Kind::text;
    const bool fits =
        (is_integer(column.type.kind) && whole) || (is_text(column.type.kind) && text) ||
        (column.type.kind == TypeKind::datetime && (text || kind == Value::Kind::date_time));
    if (!fits) return std::nullopt;
    Column wide = column;
    if (is_text(column.type.kind)) wide.type = {.kind = TypeKind::longtext, .length = INT32_MAX};
    if (column.type.kind == TypeKind::datetime) wide.type.scale = 6;
    auto stored = stored_value(value, wide, {});
    if (!stored) return std::nullopt;
    return std::move(*stored);
  }

  const std::vector<ExpressionNode>& nodes_;
  const TableSchema& schema_;
  const EvaluationContext& context_;
  std::vector<std::size_t> begins_;  // of each node: the first node of its operands
  std::map<std::size_t, Bounds> bounds_;
};

std::string extended(std::string prefix, const Value& value, const ColumnType& type) {
  append_key(prefix, value, type);
  return prefix;
}

KeyRange range_over(const Index& primary, const TableSchema& schema, const Conditions& conditions) {
  std::string prefix;
  for (const std::size_t column : primary.columns) {
    const ColumnType& type = schema.columns[column].type;
    const Bounds* bounds = conditions.of(column);
    if (bounds != nullptr && bounds->equal) {
      append_key(prefix, *bounds->equal, type);
      continue;
    }
    KeyRange range{.low = prefix, .high = after_prefix(prefix), .has_high = !prefix.empty()};
    if (bounds != nullptr && bounds->low) {
      range.low = extended(prefix, *bounds->low, type);
      if (bounds->low_excluded) range.low = after_prefix(range.low);
    }
    if (bounds != nullptr && bounds->high) {
      range.high = extended(prefix, *bounds->high, type);
      if (!bounds->high_excluded) range.high = after_prefix(range.high);
      range.has_high = true;
    }
    return range;
  }
  return {.low = prefix, .high = after_prefix(prefix), .has_high = true, .is_point = true};
}

}  // namespace

AccessPath choose_path(const Expression& where, const TableSchema& schema,
                       const EvaluationContext& context) {
  AccessPath path;
  if (where.empty()) return path;
  const Conditions conditions(where, schema, context);
  if (const Index* primary = schema.primary_key()) {
    path.range = range_over(*primary, schema, conditions);
    if (path.range.is_point) return path;
  }
  for (std::size_t i = 0; i < schema.indexes.size(); ++i) {
    const Index& index = schema.indexes[i];
    if (!index.is_unique || index.is_primary) continue;
    const bool complete =
        std::all_of(index.columns.begin(), index.columns.end(), [&](std::size_t column) {
          const Bounds* bounds = conditions.of(column);
          return bounds != nullptr && bounds->equal.has_value();
        });
    if (!complete) continue;
    std::string key;
    for (const std::size_t column : index.columns) {
      append_key(key, *conditions.of(column)->equal, schema.columns[column].type);
    }
    path.unique = {i, std::move(key)};
    break;
  }
  return path;
}

}  // namespace logquake::database
