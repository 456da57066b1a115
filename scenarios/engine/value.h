// A tree of plain values with their places: what a scenario file says, free of the library that
// parsed it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/problems.h"

namespace logquake::scenario {

/// A TOML value. Tables keep the order of the file. Values compare by what they say, not by their
/// places.
class Value {
 public:
  enum class Kind : std::uint8_t { boolean, integer, real, text, time, list, table };
  struct Entry;

  Value();  // an empty table
  static Value of_boolean(bool value);
  static Value of_integer(std::int64_t value);
  static Value of_text(std::string value);
  /// A real number or a date, kept as it is spelled.
  static Value of_real(std::string spelling);
  static Value of_time(std::string spelling);
  static Value of_list(std::vector<Value> elements);
  static Value of_table();

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }

  // Each is meaningful for its kind only.
  bool boolean() const { return integer_ != 0; }
  std::int64_t integer() const { return integer_; }
  const std::string& text() const { return text_; }  // also the spelling of reals and times
  const std::vector<Value>& elements() const { return elements_; }
  std::vector<Value>& elements() { return elements_; }
  const std::vector<Entry>& entries() const { return entries_; }

  /// The table's value under `key`, or null (also where this is no table).
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  /// Sets the table's value under `key`, at the end when it is new.
  Value& set(std::string_view key, Value value);
  /// Adds a key that is known to be new, with the place where the file has it.
  void add(std::string key, Place place_of_key, Value value);
  void remove(std::string_view key);

  Place place;
  /// For texts: where the first character stands (after the quotes, on the next line for ''' and a
  /// line break).
  Place text_place;

  bool operator==(const Value& other) const;

 private:
  Kind kind_;
  std::int64_t integer_ = 0;
  std::string text_;
  std::vector<Value> elements_;
  std::vector<Entry> entries_;
};

struct Value::Entry {
  std::string key;
  Place place;  // of the key
  Value value;
};

// Here, because only now an entry is complete.
inline Value::Value() : kind_(Kind::table) {}
inline Value Value::of_table() { return {}; }

/// "a text", "a whole number", "a table".
std::string_view kind_phrase(Value::Kind kind);
/// The value for an error message, shortened: `"much"`, `17`, `a table`.
std::string found_phrase(const Value& value);

/// The table as a TOML document: plain keys first, then [tables] and [[lists of tables]], texts of
/// several lines as literal strings.
std::string to_toml(const Value& table);
/// One line that is the same for files that say the same in another order of keys or spacing; what
/// a scenario's content hash is taken of.
std::string canonical_text(const Value& value);

/// Changes one value: `key` is a path such as "cluster.brokers" or "workload.0.every" (lists count
/// from 0; one past the end appends), `text` a TOML value or, where it is none, a bare text. With a
/// slash it is one line of a text of properties: "cluster.properties/min.insync.replicas".
/// Nothing, or what is wrong.
std::string assign(Value& table, std::string_view key, std::string_view text);

}  // namespace logquake::scenario
