// A JDBC source task: polls its tables and turns rows into records.
// Source: C-JSO-20 to 31, 36 to 41, 50 to 59; kafka-connect-jdbc 10.6.4, JdbcSourceTask,
// TableQuerier.
#pragma once

#include <optional>
#include <vector>

#include "models/connect/connector.h"
#include "models/connect/jdbc_connection.h"
#include "models/connect/jdbc_source_query.h"

namespace logquake::connect {

class JdbcSourceTask : public SourceTask {
 public:
  explicit JdbcSourceTask(SourceTaskContext& context) : context_(context) {}
  Status start(const Properties& properties) override;
  Result<std::vector<SourceRecord>> poll() override;
  void stop() override;

 private:
  enum class Mode : std::uint8_t { unspecified, bulk, incrementing };

  /// One table and how far it was read.
  struct Querier {
    TableId table;
    std::string incrementing_column;               // empty: none was found (C-JSO-37)
    std::int64_t last_update = 0;                  // wall clock, ms; 0: never (C-JSO-21)
    std::int64_t sequence = 0;                     // settles ties in the order of the last service
    std::optional<std::int64_t> offset;            // running
    std::optional<std::int64_t> committed_offset;  // at the last boundary of a poll (C-JSO-56)
    int attempted_retries = 0;
    int empty_results = 0;  // in this poll
    // The open result, with the same snapshot until its end (C-JSO-22).
    std::optional<database::ResultSet> result;
    std::size_t next_row = 0;
    SchemaRef schema;
  };

  Querier& head();
  Status load_offsets();
  Status validate_non_null(const Querier& querier);
  database::SqlStatus start_query(Querier& querier, database::DatabaseClient& client);
  database::SqlStatus find_incrementing_column(Querier& querier, database::DatabaseClient& client);
  Result<SourceRecord> extract_record(Querier& querier);
  void requeue(Querier& querier, bool reset_offset);
  Result<std::vector<SourceRecord>> fail_query(Querier& querier, const database::SqlError& error);
  std::int64_t wall_milliseconds() const { return unix_milliseconds(context_.node.wall_clock()); }

  SourceTaskContext& context_;
  Mode mode_{};
  std::string configured_column_;
  std::string topic_prefix_;
  std::string suffix_;
  std::int64_t poll_interval_ms_ = 0;
  std::size_t batch_max_rows_ = 0;
  std::int64_t max_retries_ = -1;
  bool validate_non_null_ = true;
  JdbcUrl url_;
  std::optional<JdbcConnection> connection_;
  database::DatabaseClient* client_ = nullptr;  // while a query is open
  std::vector<Querier> queriers_;
};

}  // namespace logquake::connect
