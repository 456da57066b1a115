// Tables as they are defined.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/database/column_type.h"
#include "models/database/value.h"

namespace logquake::database {

/// Names compare without regard to case (ASCII), as column names do.
bool same_name(std::string_view a, std::string_view b);
/// "`name`", with back-ticks inside doubled.
std::string quoted_name(std::string_view name);
/// "'text'", with quotes, back-slashes and control characters escaped.
std::string quoted_text(std::string_view text);

/// What a column takes when a statement gives it nothing.
struct ColumnDefault {
  enum class Kind : std::uint8_t { none, literal, current_timestamp };
  Kind kind = Kind::none;
  Value value{};  // of a literal; NULL for DEFAULT NULL
};

struct Column {
  std::string name{};
  ColumnType type{};
  bool is_nullable = true;
  bool is_auto_increment = false;
  bool on_update_current_timestamp = false;
  ColumnDefault default_value{};
  /// What rows show that were stored before an instant ADD COLUMN. Source: C-DB-25, 87.
  Value value_before_added{};
};

/// A primary, unique or plain key.
struct Index {
  std::string name{};  // "PRIMARY" for the primary key
  std::vector<std::size_t> columns{};
  bool is_unique = false;
  bool is_primary = false;
};

struct TableSchema {
  std::string database{};
  std::string name{};
  std::vector<Column> columns{};
  std::vector<Index> indexes{};  // the primary key first, then unique keys, then plain ones

  /// "mydb.users", as facts and checkers name it.
  std::string full_name() const { return database + "." + name; }
  std::optional<std::size_t> find_column(std::string_view column) const;
  /// The primary key, or null.
  const Index* primary_key() const;
  std::optional<std::size_t> auto_increment_column() const;
};

/// As SHOW CREATE TABLE prints it; `next_id` above 1 is shown as AUTO_INCREMENT=.
std::string create_text(const TableSchema& schema, std::uint64_t next_id,
                        std::string_view character_set);
/// The default as SHOW CREATE TABLE writes it behind DEFAULT: "'x'", "current_timestamp(3)",
/// "NULL".
std::string default_text(const Column& column);

}  // namespace logquake::database
