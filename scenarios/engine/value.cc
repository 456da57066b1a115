#include "scenarios/engine/value.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "scenarios/engine/document.h"
#include "sim/base/describe.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

bool is_bare_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::string toml_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (c == '\r') {
      quoted += "\\r";
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += format("\\u{:04X}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string toml_key(std::string_view key) {
  return is_bare_key(key) ? std::string(key) : toml_quoted(key);
}

bool fits_literal_block(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text.find("'''") != std::string_view::npos)
    return false;
  if (text.ends_with('\'')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\n' || c == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

bool is_list_of_tables(const Value& value) {
  return value.is(Value::Kind::list) && !value.elements().empty() &&
         std::all_of(value.elements().begin(), value.elements().end(),
                     [](const Value& element) { return element.is(Value::Kind::table); });
}

std::string inline_toml(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::boolean:
      return value.boolean() ? "true" : "false";
    case Value::Kind::integer:
      return format("{}", value.integer());
    case Value::Kind::real:
    case Value::Kind::time:
      return value.text();
    case Value::Kind::text:
      return fits_literal_block(value.text()) ? format("'''\n{}'''", value.text())
                                              : toml_quoted(value.text());
    case Value::Kind::list: {
      std::string text = "[";
      for (const auto& element : value.elements())
        text += (text.size() > 1 ? ", " : "") + inline_toml(element);
      return text + "]";
    }
    case Value::Kind::table: {
      std::string text = "{";
      for (const auto& entry : value.entries()) {
        text += format("{} {} = {}", text.size() > 1 ? "," : "", toml_key(entry.key),
                       inline_toml(entry.value));
      }
      return text + (text.size() > 1 ? " }" : "}");
    }
  }
  return {};
}

// Tables of plain values inside [[fault]] and the like read better on one line.
bool reads_better_inline(const Value& table, int depth) {
  return depth > 0 &&
         std::all_of(table.entries().begin(), table.entries().end(), [](const Value::Entry& entry) {
           return entry.value.is(Value::Kind::table) ||
                  (!is_list_of_tables(entry.value) && !fits_literal_block(entry.value.text()));
         });
}

void write_table(const Value& table, const std::string& path, int depth, std::string& out) {
  const auto stands_apart = [depth](const Value& value) {
    return is_list_of_tables(value) ||
           (value.is(Value::Kind::table) && !reads_better_inline(value, depth));
  };
  for (const auto& entry : table.entries()) {
    if (!stands_apart(entry.value))
      out += format("{} = {}\n", toml_key(entry.key), inline_toml(entry.value));
  }
  for (const auto& entry : table.entries()) {
    if (!stands_apart(entry.value)) continue;
    const auto name = path.empty() ? toml_key(entry.key) : path + "." + toml_key(entry.key);
    if (entry.value.is(Value::Kind::table)) {
      out += format("{}[{}]\n", out.empty() ? "" : "\n", name);
      write_table(entry.value, name, depth + 1, out);
      continue;
    }
    for (const auto& element : entry.value.elements()) {
      out += format("{}[[{}]]\n", out.empty() ? "" : "\n", name);
      write_table(element, name, depth + 1, out);
    }
  }
}

constexpr std::ptrdiff_t most_parts = 16;  // as in a file: TomlBounds

// `text` as a TOML value, or as a bare text where it is none: --set length=20s needs no quotes.
Value value_of(std::string_view text) {
  Problems problems("--set");
  if (const auto parsed = parse_document(format("v = {}\n", text), problems)) {
    if (const auto* value = parsed->find("v"); value != nullptr && parsed->entries().size() == 1)
      return *value;
  }
  return Value::of_text(std::string(text));
}

}  // namespace

Value Value::of_boolean(bool value) {
  Value made = of_integer(value ? 1 : 0);
  made.kind_ = Kind::boolean;
  return made;
}
Value Value::of_integer(std::int64_t value) {
  Value made;
  made.kind_ = Kind::integer;
  made.integer_ = value;
  return made;
}
Value Value::of_text(std::string value) {
  Value made;
  made.kind_ = Kind::text;
  made.text_ = std::move(value);
  return made;
}
Value Value::of_real(std::string spelling) {
  Value made = of_text(std::move(spelling));
  made.kind_ = Kind::real;
  return made;
}
Value Value::of_time(std::string spelling) {
  Value made = of_text(std::move(spelling));
  made.kind_ = Kind::time;
  return made;
}
Value Value::of_list(std::vector<Value> elements) {
  Value made;
  made.kind_ = Kind::list;
  made.elements_ = std::move(elements);
  return made;
}

const Value* Value::find(std::string_view key) const {
  for (const auto& entry : entries_) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}
Value* Value::find(std::string_view key) {
  for (auto& entry : entries_) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Value& Value::set(std::string_view key, Value value) {
  if (auto* found = find(key)) return *found = std::move(value);
  entries_.push_back({std::string(key), value.place, std::move(value)});
  return entries_.back().value;
}

void Value::add(std::string key, Place place_of_key, Value value) {
  entries_.push_back({std::move(key), place_of_key, std::move(value)});
}

void Value::remove(std::string_view key) {
  std::erase_if(entries_, [key](const Entry& entry) { return entry.key == key; });
}

bool Value::operator==(const Value& other) const {
  return canonical_text(*this) == canonical_text(other);
}

std::string_view kind_phrase(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::boolean:
      return "true or false";
    case Value::Kind::integer:
      return "a whole number";
    case Value::Kind::real:
      return "a decimal number";
    case Value::Kind::text:
      return "a text";
    case Value::Kind::time:
      return "a date or time";
    case Value::Kind::list:
      return "a list";
    case Value::Kind::table:
      return "a table";
  }
  return "a value";
}

std::string found_phrase(const Value& value) {
  constexpr std::size_t longest = 60;
  switch (value.kind()) {
    case Value::Kind::list:
      return "a list";
    case Value::Kind::table:
      return "a table";
    case Value::Kind::text:
      if (value.text().size() > longest)
        return toml_quoted(value.text().substr(0, longest)) + "...";
      return toml_quoted(value.text());
    default:
      return inline_toml(value);
  }
}

std::string to_toml(const Value& table) {
  std::string out;
  write_table(table, "", 0, out);
  return out;
}

std::string canonical_text(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::text:
      return json_quoted(value.text());
    case Value::Kind::list: {
      std::string text = "[";
      for (const auto& element : value.elements()) text += canonical_text(element) + ",";
      return text + "]";
    }
    case Value::Kind::table: {
      std::map<std::string, std::string> sorted;
      for (const auto& entry : value.entries()) sorted[entry.key] = canonical_text(entry.value);
      std::string text = "{";
      for (const auto& [key, element] : sorted) text += json_quoted(key) + ":" + element + ",";
      return text + "}";
    }
    default:
      return inline_toml(value);
  }
}

namespace {

/// Where the path leads, made on the way if it is not there; null and why in `trouble` where it
/// leads nowhere.
Value* reach(Value& table, std::string_view key, std::string& trouble) {
  Value* at = &table;
  std::string_view rest = key;
  if (std::count(key.begin(), key.end(), '.') >= most_parts) {
    trouble = format("expected at most {} parts in a dotted key", most_parts);
    return nullptr;
  }
  while (true) {
    const auto dot = rest.find('.');
    const auto part = rest.substr(0, dot);
    if (part.empty()) {
      trouble =
          format("{}: expected a path such as \"cluster.brokers\" or \"workload.0.every\"", key);
      return nullptr;
    }
    if (at->is(Value::Kind::list)) {
      std::size_t index = 0;
      const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
      if (error != std::errc{} || end != part.data() + part.size() ||
          index > at->elements().size()) {
        trouble = format("{}: expected a position from 0 to {} in the list, found \"{}\"", key,
                         at->elements().size(), part);
        return nullptr;
      }
      if (index == at->elements().size()) at->elements().emplace_back();
      at = &at->elements()[index];
    } else if (at->is(Value::Kind::table)) {
      auto* found = at->find(part);
      at = found != nullptr ? found : &at->set(part, Value::of_table());
    } else {
      trouble = format("{}: {} is {} and has no parts", key,
                       key.substr(0, key.size() - rest.size() - 1), kind_phrase(at->kind()));
      return nullptr;
    }
    if (dot == std::string_view::npos) return at;
    rest = rest.substr(dot + 1);
  }
}

/// The text of properties with `name` set: in the line that has it, or in a new one.
std::string with_property(std::string_view properties, std::string_view name,
                          std::string_view value) {
  std::string text;
  bool found = false;
  for (auto rest = properties; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto start = std::min(line.find_first_not_of(" \t"), line.size());
    const auto stop = std::min(line.find_first_of("=: \t", start), line.size());
    if (line.substr(start, stop - start) == name) {
      if (!found) text += format("{}={}\n", name, value);
      found = true;
    } else {
      text += format("{}\n", line);
    }
  }
  return found ? text : text + format("{}={}\n", name, value);
}

/// "cluster.properties/min.insync.replicas".
std::string assign_property(Value& table, std::string_view key, std::string_view name,
                            std::string_view text) {
  if (name.empty()) return format("{}/: expected the name of a property after the slash", key);
  std::string trouble;
  Value* at = reach(table, key, trouble);
  if (at == nullptr) return trouble;
  const bool is_new = at->is(Value::Kind::table) && at->entries().empty();
  if (!is_new && !at->is(Value::Kind::text)) {
    return format("{}/{}: {} is {}, expected a text of properties", key, name, key,
                  kind_phrase(at->kind()));
  }
  const auto value = value_of(text);
  const auto place = at->place;
  *at =
      Value::of_text(with_property(is_new ? std::string_view() : std::string_view(at->text()), name,
                                   value.is(Value::Kind::text) ? value.text() : std::string(text)));
  at->place = place;
  return {};
}

}  // namespace

std::string assign(Value& table, std::string_view key, std::string_view text) {
  if (const auto slash = key.find('/'); slash != std::string_view::npos)
    return assign_property(table, key.substr(0, slash), key.substr(slash + 1), text);
  std::string trouble;
  Value* at = reach(table, key, trouble);
  if (at == nullptr) return trouble;
  const auto place = at->place;
  *at = value_of(text);
  at->place = place;
  return {};
}

}  // namespace logquake::scenario
