// Writes one batch of sink records in one database transaction.
// Source: C-JSI-20 to 36; kafka-connect-jdbc 10.6.4, JdbcDbWriter, BufferedRecords.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/connect/connector.h"
#include "models/connect/jdbc_connection.h"
#include "models/connect/jdbc_sink_fields.h"
#include "models/connect/jdbc_sink_tables.h"

namespace logquake::connect {

class JdbcSinkWriter {
 public:
  JdbcSinkWriter(SinkTaskContext& context, const JdbcSinkSettings& settings);

  /// Writes all records and commits, or rolls back. Blocks. When the connection is lost in COMMIT
  /// the error leaves the outcome open: writing the records again may double them (C-INV-61).
  Written write(const std::vector<SinkRecord>& records);
  /// Closes the connection and forgets what is known about tables, as a rebuilt writer does
  /// (C-JSI-50).
  void reset();

 private:
  struct TableBuffer;
  using Buffers = std::vector<TableBuffer>;

  Written write_all(database::DatabaseClient& client, const std::vector<SinkRecord>& records,
                    Buffers& buffers);
  Written add(database::DatabaseClient& client, TableBuffer& buffer, const SinkRecord& record);
  Written flush(database::DatabaseClient& client, TableBuffer& buffer);
  Written prepare(database::DatabaseClient& client, TableBuffer& buffer, const SinkRecord& record);

  SinkTaskContext& context_;
  const JdbcSinkSettings& settings_;
  bool keeps_insert_after_delete_;
  JdbcConnection connection_;
  SinkTables tables_;
};

}  // namespace logquake::connect
