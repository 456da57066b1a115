// Which rows of one table have reached another: what the checker rows-converge judges, and what a
// world that still waits can name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/database/facts.h"
#include "scenarios/kafka/checkers/clean_history.h"
#include "sim/trace/fact.h"

namespace logquake::scenario {

/// From where to where, and by which column rows are known at both ends.
struct RowRoute {
  std::string from;        // "mydb.users"
  std::string to;          // "copy.my_topic_users"
  std::string key = "id";  // the incrementing column
};

class RowTracker {
 public:
  /// A row image as text, comparable at both ends: columns in name order, date-times without a
  /// fraction of zero (the sink's DATETIME(3) against the source's DATETIME, C-JSI-63).
  using Image = std::string;

  struct SourceRow {
    std::vector<Image> versions;  // committed, oldest first; the last is the row now
    bool is_deleted = false;
    /// Its id was not above what a query had already seen when it was committed: the connector may
    /// never read it (C-JSO-72).
    bool may_be_missed = false;
    sim::EventId fact;
  };
  struct TargetRow {
    std::string key;
    Image image;
    sim::EventId fact;
  };

  explicit RowTracker(RowRoute route) : route_(std::move(route)) {}
  void on_fact(const sim::TraceEvent& event);

  const RowRoute& route() const { return route_; }
  const std::map<std::string, SourceRow>& source() const {
    return source_;
  }  // by the key column's text
  const std::map<std::string, TargetRow>& target() const {
    return target_;
  }  // by the server's own row key
  /// How often each key is in the target.
  const std::map<std::string, std::int64_t>& copies() const { return copies_; }
  /// The keys that must reach the target and have not; in order, at most `most`, with the count of
  /// all.
  std::vector<std::string> missing(std::size_t most, std::int64_t& count) const;
  /// Rows that Kafka had and lost for a reason that excuses it (K-INV-1's preconditions), by clause
  /// and reason.
  std::map<std::pair<std::string, std::string>, std::int64_t> lost_in_kafka() const;

 private:
  /// Why the row's record may be gone from the partition that had it; null where it may not.
  const CleanHistory::Excuse* excused(const std::string& key) const;
  struct Known {
    std::string key;
    Image image;
  };
  Known known(const database::RowImage& row) const;
  void insert_target(const std::string& row_key, const database::RowImage& row, sim::EventId fact);
  void erase_target(const std::string& row_key);

  RowRoute route_;
  std::map<std::string, SourceRow> source_;
  std::map<std::string, TargetRow> target_;
  std::map<std::string, std::int64_t> copies_;
  std::set<std::string> unread_;  // keys that exist in the source and not in the target
  std::int64_t seen_by_queries_ = -1;
  CleanHistory history_;
  std::map<std::string, std::string>
      produced_to_;  // key -> the Kafka partition that has its record
};

}  // namespace logquake::scenario
