#include "models/connect/jdbc_source_query.h"

#include <algorithm>
#include <map>

#include "sim/base/format.h"

namespace logquake::connect {
namespace {

bool is_listed(const std::vector<std::string>& list, const TableId& id) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& entry) {
    return entry == unquoted(id) || entry == quoted(id) || entry == id.table;
  });
}

std::string with_suffix(std::string text, std::string_view suffix) {
  if (!suffix.empty()) text += " " + std::string(suffix);
  return text;
}

}  // namespace

std::vector<TableId> filter_tables(const std::vector<TableId>& listed,
                                   const std::vector<std::string>& whitelist,
                                   const std::vector<std::string>& blacklist) {
  std::vector<TableId> chosen;
  for (const TableId& id : listed) {
    if (!whitelist.empty() && !is_listed(whitelist, id)) continue;
    if (whitelist.empty() && is_listed(blacklist, id)) continue;
    chosen.push_back(id);
  }
  return chosen;
}

Status refuse_duplicate_names(const std::vector<TableId>& tables, bool has_whitelist,
                              bool has_blacklist) {
  std::map<std::string, std::vector<TableId>> by_name;
  for (const TableId& id : tables) by_name[id.table].push_back(id);
  std::string duplicates;
  for (const auto& [name, ids] : by_name) {
    if (ids.size() < 2) continue;
    std::string group;
    for (const TableId& id : ids) group += (group.empty() ? "" : ", ") + to_string(id);
    duplicates += (duplicates.empty() ? "" : ", ") + ("[" + group + "]");
  }
  if (duplicates.empty()) return {};
  const std::string settings = has_whitelist   ? "'table.whitelist'"
                               : has_blacklist ? "'table.blacklist'"
                                               : "'table.whitelist' or 'table.blacklist'";
  return Error{ErrorCode::connect,
               format("The connector uses the unqualified table name as the topic name and has "
                      "detected duplicate unqualified "
                      "table names. This could lead to mixed data types in the topic and "
                      "downstream processing errors. To "
                      "prevent such processing errors, the JDBC Source connector fails to start "
                      "when it detects duplicate table "
                      "name configurations. Update the connector's {} config to include exactly "
                      "one table in each of the tables "
                      "listed below.\n\t[{}]",
                      settings, duplicates)};
}

std::vector<std::vector<TableId>> group_tables(const std::vector<TableId>& tables,
                                               std::size_t max_groups) {
  const std::size_t count = std::min(tables.size(), max_groups);
  std::vector<std::vector<TableId>> groups;
  std::size_t next = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t size = tables.size() / count + (i < tables.size() % count ? 1 : 0);
    groups.emplace_back(tables.begin() + static_cast<std::ptrdiff_t>(next),
                        tables.begin() + static_cast<std::ptrdiff_t>(next + size));
    next += size;
  }
  return groups;
}

std::string tables_text(const std::vector<TableId>& tables) {
  std::string out;
  for (const TableId& id : tables) out += (out.empty() ? "" : ",") + quoted(id);
  return out;
}

std::string incrementing_query_text(const TableId& table, std::string_view column,
                                    std::string_view suffix) {
  std::string text = "SELECT * FROM " + quoted(table);
  if (!column.empty()) {
    const std::string qualified = quoted(table) + "." + quoted(column);
    text += format(" WHERE {0} > ? ORDER BY {0} ASC", qualified);
  }
  return with_suffix(std::move(text), suffix);
}

std::string bulk_query_text(const TableId& table, std::string_view suffix) {
  return with_suffix("SELECT * FROM " + quoted(table), suffix);
}

Json incremental_source_partition(const TableId& table) {
  return Json::Object{{"protocol", "1"}, {"table", unquoted(table)}};
}
Json bare_source_partition(const TableId& table) { return Json::Object{{"table", table.table}}; }
Json incrementing_offset(std::int64_t n) { return Json::Object{{"incrementing", n}}; }

}  // namespace logquake::connect
