// Which rows a condition can concern, judged by its keys.
#pragma once

#include <optional>
#include <string>

#include "models/database/expression.h"
#include "models/database/table.h"

namespace logquake::database {

/// Primary keys from `low` on and below `high` (without has_high: up to the table's end).
struct KeyRange {
  std::string low;
  std::string high;
  bool has_high = false;
  bool is_point = false;  // the whole primary key is given
  bool contains(const std::string& key) const { return key >= low && (!has_high || key < high); }
};

/// How a statement comes to its rows: which decides what it locks (C-DB-30, 32).
struct AccessPath {
  KeyRange range;
  struct UniqueKey {
    std::size_t index = 0;
    std::string key;
  };
  std::optional<UniqueKey> unique;  // one value of a unique key instead of the range
};

/// The narrowest path through the primary key, or else a unique one, that the comparisons with
/// constants in `where` (bound; its ANDs taken apart) allow. Every row that satisfies `where` lies
/// on it.
AccessPath choose_path(const Expression& where, const TableSchema& schema,
                       const EvaluationContext& context);

}  // namespace logquake::database
