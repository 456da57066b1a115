// Reads a table key by key: whatever nobody asked for is a misspelling, and is reported as one.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/engine/problems.h"
#include "scenarios/engine/value.h"
#include "sim/base/ratio.h"
#include "sim/base/time.h"

namespace logquake::scenario {

/// A text together with where it stands, for those who read it further (SQL, JSON, properties).
struct PlacedText {
  std::string text;
  Place place;  // of the first character

  /// The place of the character at `offset`; exact for literal strings, which is how scenarios
  /// write such texts.
  Place place_at(std::size_t offset) const;
};

/// Lends itself the table: the tree must outlive the reader. Every getter marks its key as known;
/// keys never asked for are problems when the reader ends. A value of the wrong kind is a problem
/// and reads as the default, so that one pass finds all that is wrong.
class TableReader {
 public:
  TableReader(const Value& table, std::string path, Problems& problems)
      : table_(&table), path_(std::move(path)), problems_(&problems) {}
  TableReader(TableReader&& other) noexcept;
  TableReader& operator=(TableReader&&) = delete;
  ~TableReader() { finish(); }

  bool has(std::string_view key) const { return table_->find(key) != nullptr; }
  const Value& table_value() const { return *table_; }
  /// The keys in the order of the file.
  std::vector<std::string> keys() const;

  std::string text(std::string_view key, std::string_view otherwise = {});
  std::optional<std::string> optional_text(std::string_view key);
  /// A missing key is a problem.
  std::string required_text(std::string_view key);
  PlacedText placed_text(std::string_view key);
  /// One of `choices`; anything else is a problem that suggests the nearest.
  std::string choice(std::string_view key, const std::vector<std::string>& choices,
                     std::string_view otherwise);
  std::int64_t integer(std::string_view key, std::int64_t otherwise,
                       std::int64_t low = std::numeric_limits<std::int64_t>::min(),
                       std::int64_t high = std::numeric_limits<std::int64_t>::max());
  std::optional<std::int64_t> optional_integer(
      std::string_view key, std::int64_t low = std::numeric_limits<std::int64_t>::min(),
      std::int64_t high = std::numeric_limits<std::int64_t>::max());
  bool boolean(std::string_view key, bool otherwise);
  /// "250ms"; at least `low`.
  Duration duration(std::string_view key, Duration otherwise, Duration low = Duration::zero());
  std::optional<Duration> optional_duration(std::string_view key, Duration low = Duration::zero());
  Ratio ratio(std::string_view key, Ratio otherwise);  // "1/4", at most 1
  /// A list of texts, or one text with commas.
  std::vector<std::string> texts(std::string_view key);

  std::optional<TableReader> table(std::string_view key);
  std::vector<TableReader> tables(std::string_view key);  // [[key]]
  /// Any value; nothing where the key is missing.
  const Value* value(std::string_view key);
  /// Everything below here is the caller's affair: no key of this table is unknown.
  const Value& everything();

  /// Makes a key known without reading it, for suggestions.
  void know(std::string_view key) { known_.insert(std::string(key)); }

  /// The place of the key's value, or of the table where there is none.
  Place place_of(std::string_view key) const;
  Place place() const { return table_->place; }
  const std::string& path() const { return path_; }
  Problems& problems() { return *problems_; }

  /// Reports "FILE:LINE:COL: path.key: message".
  void fail(std::string_view key, std::string message);
  void fail_expected(std::string_view key, std::string_view expected);
  /// Reports the keys that nobody asked for; once.
  void finish();

 private:
  const Value* look_up(std::string_view key, std::string_view expected, Value::Kind kind);
  std::string path_of(std::string_view key) const;

  const Value* table_;  // null when moved from
  std::string path_;
  Problems* problems_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace logquake::scenario
