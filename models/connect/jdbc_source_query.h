// What a JDBC source reads: choice and grouping of tables, query texts, source partitions. Pure.
// Source: C-JSO-4, 6, 11, 30, 31, 34, 43, 50, 53; kafka-connect-jdbc 10.6.4.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/connect/error.h"
#include "models/connect/json.h"
#include "models/connect/table_id.h"

namespace logquake::connect {

/// The tables, in listing order, that whitelist or blacklist (one of them at most) let through.
std::vector<TableId> filter_tables(const std::vector<TableId>& listed,
                                   const std::vector<std::string>& whitelist,
                                   const std::vector<std::string>& blacklist);

/// C-JSO-6. Errors: connect, naming the tables that share a bare name.
Status refuse_duplicate_names(const std::vector<TableId>& tables, bool has_whitelist,
                              bool has_blacklist);

/// Contiguous groups, earlier ones one larger when uneven; as many as there are tables,
/// `max_groups` at most.
std::vector<std::vector<TableId>> group_tables(const std::vector<TableId>& tables,
                                               std::size_t max_groups);

/// "`mydb`.`users`,`mydb`.`orders`", the value of a task's `tables`.
std::string tables_text(const std::vector<TableId>& tables);

/// "SELECT * FROM `db`.`t` WHERE `db`.`t`.`id` > ? ORDER BY `db`.`t`.`id` ASC"; without a column no
/// condition and no order (C-JSO-37). A suffix goes last.
std::string incrementing_query_text(const TableId& table, std::string_view column,
                                    std::string_view suffix);
std::string bulk_query_text(const TableId& table, std::string_view suffix);

/// {"protocol":"1","table":"mydb.users"}.
Json incremental_source_partition(const TableId& table);
/// {"table":"users"}: bulk mode's, and the older form of the above (C-JSO-53).
Json bare_source_partition(const TableId& table);
/// {"incrementing":7}.
Json incrementing_offset(std::int64_t n);

}  // namespace logquake::connect
