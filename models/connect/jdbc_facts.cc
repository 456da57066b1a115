#include "models/connect/jdbc_facts.h"

#include "sim/base/format.h"

namespace logquake::connect {

std::string TablesListed::sentence() const {
  return format("connector {} finds {} tables to read", connector, tables.size());
}
std::string TablesListed::subject() const { return "connector " + connector; }
std::string TablesListed::state() const { return format("{} tables", tables.size()); }

std::string SinkTableChanged::sentence() const {
  return format("task {}-{} changes table {}: {}", connector, task, table, statement);
}
std::string SinkTableChanged::subject() const { return "table " + table; }
std::string SinkTableChanged::state() const { return "changed by the sink"; }

std::string DatabaseUnreachable::sentence() const {
  return format("connector {} cannot reach {} (attempt {} of {}): {}", connector, url, attempt,
                attempts, reason);
}

}  // namespace logquake::connect
