#include "models/database/schema.h"

#include <algorithm>

#include "sim/base/format.h"

namespace logquake::database {
namespace {

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string column_text(const Column& column) {
  std::string text = quoted_name(column.name) + " " + to_string(column.type);
  if (!column.is_nullable) {
    text += " NOT NULL";
  } else if (column.type.kind == TypeKind::timestamp) {
    text += " NULL";
  }
  if (column.is_auto_increment) return text + " AUTO_INCREMENT";
  if (column.default_value.kind != ColumnDefault::Kind::none) {
    text += " DEFAULT " + default_text(column);
  } else if (column.is_nullable) {
    text += " DEFAULT NULL";
  }
  if (column.on_update_current_timestamp) {
    text += format(" ON UPDATE current_timestamp({})",
                   column.type.scale > 0 ? std::to_string(column.type.scale) : "");
  }
  return text;
}

std::string index_text(const TableSchema& schema, const Index& index) {
  std::string columns;
  for (const std::size_t column : index.columns) {
    columns += (columns.empty() ? "" : ",") + quoted_name(schema.columns[column].name);
  }
  if (index.is_primary) return format("PRIMARY KEY ({})", columns);
  return format("{}KEY {} ({})", index.is_unique ? "UNIQUE " : "", quoted_name(index.name),
                columns);
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string quoted_name(std::string_view name) {
  std::string text = "`";
  for (const char letter : name) text.append(letter == '`' ? 2 : 1, letter);
  return text + "`";
}

std::string quoted_text(std::string_view text) {
  std::string quoted = "'";
  for (const char letter : text) {
    switch (letter) {
      case '\'':
        quoted += "''";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      case '\0':
        quoted += "\\0";
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\r':
        quoted += "\\r";
        break;
      default:
        quoted += letter;
    }
  }
  return quoted + "'";
}

std::optional<std::size_t> TableSchema::find_column(std::string_view column) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (same_name(columns[i].name, column)) return i;
  }
  return std::nullopt;
}

const Index* TableSchema::primary_key() const {
  return !indexes.empty() && indexes.front().is_primary ? &indexes.front() : nullptr;
}

std::optional<std::size_t> TableSchema::auto_increment_column() const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].is_auto_increment) return i;
  }
  return std::nullopt;
}

std::string default_text(const Column& column) {
  if (column.default_value.kind == ColumnDefault::Kind::current_timestamp) {
    return format("current_timestamp({})",
                  column.type.scale > 0 ? std::to_string(column.type.scale) : "");
  }
  const Value& value = column.default_value.value;
  const bool is_number = is_integer(column.type.kind) || column.type.kind == TypeKind::decimal ||
                         column.type.kind == TypeKind::real_float ||
                         column.type.kind == TypeKind::real_double;
  if (value.is_null() || is_number) return to_string(value);
  return quoted_text(to_string(value));
}

std::string create_text(const TableSchema& schema, std::uint64_t next_id,
                        std::string_view character_set) {
  std::string text = format("CREATE TABLE {} (\n", quoted_name(schema.name));
  for (const Column& column : schema.columns) {
    text += (&column == schema.columns.data() ? "  " : ",\n  ") + column_text(column);
  }
  for (const Index& index : schema.indexes) text += ",\n  " + index_text(schema, index);
  text += "\n) ENGINE=InnoDB";
  if (schema.auto_increment_column() && next_id > 1) text += format(" AUTO_INCREMENT={}", next_id);
  text += format(
      " DEFAULT CHARSET={} COLLATE={}", character_set,
      character_set == "latin1" ? "latin1_swedish_ci" : format("{}_general_ci", character_set));
  return text;
}

}  // namespace logquake::database
