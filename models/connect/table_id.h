// Names of tables as the JDBC connectors parse, quote and print them.
// Source: C-JSO-3, C-JSO-4, C-JSI-2, C-JSI-35; kafka-connect-jdbc 10.6.4, TableId, IdentifierRules.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace logquake::connect {

/// A table's name in up to three parts. Driver metadata fills the catalog (MySQL's database); a
/// parsed "db.t" fills the schema, as the original does.
struct TableId {
  std::string catalog;
  std::string schema;
  std::string table;
  auto operator<=>(const TableId&) const = default;
  /// The database part, wherever it stands; may be empty.
  const std::string& database() const { return catalog.empty() ? schema : catalog; }
};

/// Splits at dots outside back-ticks; of more than three parts only the first two are used. `text`
/// is not empty.
TableId parse_table_id(std::string_view text);
/// "`mydb`.`users`".
std::string quoted(const TableId& id);
/// "mydb.users".
std::string unquoted(const TableId& id);
/// "\"mydb\".\"users\"", as messages print it.
std::string to_string(const TableId& id);
/// "`id`"; a back-tick inside is not escaped, as in the original.
std::string quoted(std::string_view identifier);

/// java.lang.String.hashCode(), over UTF-16 code units.
std::int32_t java_hash(std::string_view text);
/// The order in which a java.util.HashMap holding these keys, put in this order, iterates
/// (C-JSI-35): places in `ids`.
std::vector<std::size_t> hash_map_order(const std::vector<TableId>& ids);

}  // namespace logquake::connect
