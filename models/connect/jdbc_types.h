// Column types and values: between the database and Connect's data model.
// Source: C-JSO-57 to 64, C-JSI-43; kafka-connect-jdbc 10.6.4, GenericDatabaseDialect,
// MySqlDatabaseDialect.
#pragma once

#include <string>
#include <vector>

#include "models/connect/schema.h"
#include "models/database/result_set.h"

namespace logquake::connect {

/// A result's struct schema: named after the bare table, one field a column, labels as names. Never
/// null.
SchemaRef schema_of_columns(const std::string& table,
                            const std::vector<database::ResultColumn>& columns);

/// A row as a struct of that schema. Errors: data, for what Connect cannot hold (C-JSO-64); they
/// fail the task.
Result<Struct> struct_of_row(const SchemaRef& schema, const database::Row& row);

/// The parameter to bind for a field's value (C-JSI-43). Errors: data.
Result<database::Value> parameter_of(const Schema& schema, const Value& value);

}  // namespace logquake::connect
