#include "scenarios/engine/table_reader.h"

#include <algorithm>

#include "scenarios/engine/suggestion.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

std::string range_phrase(std::int64_t low, std::int64_t high) {
  if (high == std::numeric_limits<std::int64_t>::max()) {
    if (low == std::numeric_limits<std::int64_t>::min()) return "a whole number";
    return format("a whole number of at least {}", low);
  }
  return format("a whole number from {} to {}", low, high);
}

/// Durations of a scenario may be negative where a clock steps backward.
Result<Duration> parse_signed_duration(std::string_view text) {
  if (!text.starts_with('-')) return parse_duration(text);
  auto parsed = parse_duration(text.substr(1));
  if (!parsed) return parsed;
  return -*parsed;
}

std::string_view trimmed(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
}

}  // namespace

Place PlacedText::place_at(std::size_t offset) const {
  Place at = place;
  for (const char c : std::string_view(text).substr(0, offset)) {
    const bool continues_a_character = (static_cast<unsigned char>(c) & 0xc0) == 0x80;
    if (c == '\n') {
      ++at.line;
      at.column = 1;
    } else if (!continues_a_character) {
      ++at.column;
    }
  }
  return at;
}

TableReader::TableReader(TableReader&& other) noexcept
    : table_(std::exchange(other.table_, nullptr)),
      path_(std::move(other.path_)),
      problems_(other.problems_),
      known_(std::move(other.known_)) {}

std::vector<std::string> TableReader::keys() const {
  std::vector<std::string> keys;
  for (const auto& entry : table_->entries()) keys.push_back(entry.key);
  return keys;
}

const Value* TableReader::value(std::string_view key) {
  know(key);
  return table_->find(key);
}

const Value* TableReader::look_up(std::string_view key, std::string_view expected,
                                  Value::Kind kind) {
  const auto* found = value(key);
  if (found == nullptr || found->is(kind)) return found;
  fail_expected(key, expected);
  return nullptr;
}

std::string TableReader::text(std::string_view key, std::string_view otherwise) {
  return optional_text(key).value_or(std::string(otherwise));
}

std::optional<std::string> TableReader::optional_text(std::string_view key) {
  const auto* found = look_up(key, "a text in quotes", Value::Kind::text);
  if (found == nullptr) return std::nullopt;
  return found->text();
}

std::string TableReader::required_text(std::string_view key) {
  if (value(key) == nullptr) fail(key, "missing; expected a text");
  return text(key);
}

PlacedText TableReader::placed_text(std::string_view key) {
  const auto* found = look_up(key, "a text in quotes", Value::Kind::text);
  if (found == nullptr) return {{}, place()};
  return {found->text(), found->text_place};
}

std::string TableReader::choice(std::string_view key, const std::vector<std::string>& choices,
                                std::string_view otherwise) {
  const auto found = optional_text(key);
  if (!found) return std::string(otherwise);
  if (std::find(choices.begin(), choices.end(), *found) != choices.end()) return *found;
  fail(key,
       format("unknown value {}{}", found_phrase(*table_->find(key)), suggestion(*found, choices)));
  return std::string(otherwise);
}

std::int64_t TableReader::integer(std::string_view key, std::int64_t otherwise, std::int64_t low,
                                  std::int64_t high) {
  return optional_integer(key, low, high).value_or(otherwise);
}

std::optional<std::int64_t> TableReader::optional_integer(std::string_view key, std::int64_t low,
                                                          std::int64_t high) {
  const auto expected = range_phrase(low, high);
  const auto* found = look_up(key, expected, Value::Kind::integer);
  if (found == nullptr) return std::nullopt;
  if (found->integer() >= low && found->integer() <= high) return found->integer();
  fail_expected(key, expected);
  return std::nullopt;
}

bool TableReader::boolean(std::string_view key, bool otherwise) {
  const auto* found = look_up(key, "true or false", Value::Kind::boolean);
  return found == nullptr ? otherwise : found->boolean();
}

Duration TableReader::duration(std::string_view key, Duration otherwise, Duration low) {
  return optional_duration(key, low).value_or(otherwise);
}

std::optional<Duration> TableReader::optional_duration(std::string_view key, Duration low) {
  constexpr std::string_view expected = "a duration such as \"250ms\", \"30s\" or \"5m\"";
  const auto* found = look_up(key, expected, Value::Kind::text);
  if (found == nullptr) return std::nullopt;
  const auto parsed = parse_signed_duration(trimmed(found->text()));
  if (!parsed) {
    fail_expected(key, expected);
    return std::nullopt;
  }
  if (*parsed >= low) return *parsed;
  fail_expected(key, format("a duration of at least \"{}\"", to_text(low)));
  return std::nullopt;
}

Ratio TableReader::ratio(std::string_view key, Ratio otherwise) {
  constexpr std::string_view expected = "a ratio from \"0\" to \"1\" such as \"1/4\"";
  const auto* found = value(key);
  if (found == nullptr) return otherwise;
  if (found->is(Value::Kind::integer) && (found->integer() == 0 || found->integer() == 1)) {
    return Ratio{static_cast<std::uint32_t>(found->integer()), 1};
  }
  if (found->is(Value::Kind::text)) {
    const auto parsed = parse_ratio(trimmed(found->text()));
    if (parsed && *parsed <= Ratio{1, 1}) return *parsed;
  }
  fail_expected(key, expected);
  return otherwise;
}

std::vector<std::string> TableReader::texts(std::string_view key) {
  std::vector<std::string> texts;
  const auto* found = value(key);
  if (found == nullptr) return texts;
  if (found->is(Value::Kind::text)) {
    for (std::string_view rest = found->text(); !rest.empty();) {
      const auto comma = std::min(rest.find(','), rest.size());
      if (const auto part = trimmed(rest.substr(0, comma)); !part.empty()) texts.emplace_back(part);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return texts;
  }
  const bool all_texts =
      found->is(Value::Kind::list) &&
      std::all_of(found->elements().begin(), found->elements().end(),
                  [](const Value& element) { return element.is(Value::Kind::text); });
  if (!all_texts) {
    fail_expected(key, "a list of texts such as [\"a\", \"b\"]");
    return texts;
  }
  for (const auto& element : found->elements()) texts.push_back(element.text());
  return texts;
}

std::optional<TableReader> TableReader::table(std::string_view key) {
  const auto* found = look_up(key, format("a table, [{}]", path_of(key)), Value::Kind::table);
  if (found == nullptr) return std::nullopt;
  return std::optional<TableReader>(std::in_place, *found, path_of(key), *problems_);
}

std::vector<TableReader> TableReader::tables(std::string_view key) {
  std::vector<TableReader> readers;
  const auto expected = format("a list of tables, [[{}]]", path_of(key));
  const auto* found = look_up(key, expected, Value::Kind::list);
  if (found == nullptr) return readers;
  readers.reserve(found->elements().size());
  for (std::size_t index = 0; index < found->elements().size(); ++index) {
    const auto& element = found->elements()[index];
    if (!element.is(Value::Kind::table)) {
      fail_expected(key, expected);
      break;
    }
    readers.emplace_back(element, format("{}.{}", path_of(key), index), *problems_);
  }
  return readers;
}

const Value& TableReader::everything() {
  for (const auto& entry : table_->entries()) know(entry.key);
  return *table_;
}

Place TableReader::place_of(std::string_view key) const {
  const auto* found = table_->find(key);
  return found == nullptr ? table_->place : found->place;
}

std::string TableReader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : format("{}.{}", path_, key);
}

void TableReader::fail(std::string_view key, std::string message) {
  problems_->add(place_of(key), format("{}: {}", path_of(key), message));
}

void TableReader::fail_expected(std::string_view key, std::string_view expected) {
  const auto* found = table_->find(key);
  fail(key, format("expected {}, found {}", expected,
                   found == nullptr ? "nothing" : found_phrase(*found)));
}

void TableReader::finish() {
  if (table_ == nullptr) return;
  const std::vector<std::string> known(known_.begin(), known_.end());
  for (const auto& entry : table_->entries()) {
    if (known_.contains(entry.key)) continue;
    problems_->add(entry.place,
                   format("{}: unknown key{}", path_of(entry.key), suggestion(entry.key, known)));
  }
  table_ = nullptr;
}

}  // namespace logquake::scenario
