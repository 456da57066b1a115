#include "scenarios/engine/document.h"

#include <sys/stat.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "scenarios/engine/toml_bounds.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

Place place_of(const toml::source_region& source) {
  return {static_cast<int>(source.begin.line), static_cast<int>(source.begin.column)};
}

std::string spelled(const toml::node& node) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  node.visit([&out](const auto& value) {
    if constexpr (!toml::is_table<decltype(value)> && !toml::is_array<decltype(value)>)
      out << value;
  });
  return out.str();
}

/// Copies toml++'s tree into ours. Depth is bounded by beyond_bounds().
class Copier {
 public:
  explicit Copier(std::string_view text) {
    for (std::size_t start = 0; start <= text.size();) {
      const auto end = std::min(text.find('\n', start), text.size());
      lines_.push_back(text.substr(start, end - start));
      start = end + 1;
    }
  }

  Value copy(const toml::node& node) const {
    Value made = copy_content(node);
    made.place = place_of(node.source());
    made.text_place = made.place;
    if (node.is_string()) made.text_place = first_character(made.place);
    return made;
  }

 private:
  Value copy_content(const toml::node& node) const {
    if (const auto* table = node.as_table()) return copy_table(*table);
    if (const auto* array = node.as_array()) {
      std::vector<Value> elements;
      elements.reserve(array->size());
      for (const auto& element : *array) elements.push_back(copy(element));
      return Value::of_list(std::move(elements));
    }
    if (const auto* text = node.as_string()) return Value::of_text(text->get());
    if (const auto* integer = node.as_integer()) return Value::of_integer(integer->get());
    if (const auto* boolean = node.as_boolean()) return Value::of_boolean(boolean->get());
    if (node.is_floating_point()) return Value::of_real(spelled(node));
    return Value::of_time(spelled(node));
  }

  Value copy_table(const toml::table& table) const {
    std::vector<std::pair<const toml::key*, const toml::node*>> entries;
    for (const auto& [key, node] : table) entries.emplace_back(&key, &node);
    std::stable_sort(entries.begin(), entries.end(), [](const auto& left, const auto& right) {
      return place_of(left.first->source()) < place_of(right.first->source());
    });
    Value made = Value::of_table();
    for (const auto& [key, node] : entries) {
      auto copied = copy(*node);
      made.add(std::string(key->str()), place_of(key->source()), std::move(copied));
    }
    return made;
  }

  Place first_character(Place quote) const {
    const auto line = static_cast<std::size_t>(quote.line);
    if (quote.line < 1 || line > lines_.size()) return quote;
    const auto text = lines_[line - 1];
    const auto column = std::min(static_cast<std::size_t>(quote.column - 1), text.size());
    const auto rest = text.substr(column);
    const bool is_long = rest.starts_with("'''") || rest.starts_with("\"\"\"");
    if (!is_long) return {quote.line, quote.column + 1};
    if (rest.size() == 3 || rest.substr(3) == "\r") return {quote.line + 1, 1};
    return {quote.line, quote.column + 3};
  }

  std::vector<std::string_view> lines_;
};

}  // namespace

std::optional<Value> parse_document(std::string_view text, Problems& problems) {
  if (const auto problem = beyond_bounds(text, problems.file())) {
    problems.add(problem->place, problem->message);
    return std::nullopt;
  }
  try {
    const auto table = toml::parse(text, problems.file());
    return Copier(text).copy(table);
  } catch (const toml::parse_error& error) {
    std::string message(error.description());
    if (!message.empty() && message.back() == '.') message.pop_back();
    problems.add(place_of(error.source()), format("not TOML: {}", message));
    return std::nullopt;
  }
}

std::optional<std::string> read_text_file(const std::string& path, Problems& problems) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    problems.add({}, format("cannot be read: {}", std::strerror(errno)));
    return std::nullopt;
  }
  if (S_ISDIR(status.st_mode)) {
    problems.add({}, "expected a scenario file, found a directory");
    return std::nullopt;
  }
  if (!S_ISREG(status.st_mode)) {
    problems.add({}, "expected a scenario file, found a device or a pipe");
    return std::nullopt;
  }
  constexpr TomlBounds bounds;
  if (static_cast<std::uint64_t>(status.st_size) > bounds.bytes) {
    problems.add({}, format("expected at most {} bytes, found {}", bounds.bytes, status.st_size));
    return std::nullopt;
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    problems.add({}, format("cannot be read: {}", std::strerror(errno)));
    return std::nullopt;
  }
  return std::move(text).str();
}

std::optional<Value> read_document(const std::string& path, Problems& problems) {
  const auto text = read_text_file(path, problems);
  if (!text) return std::nullopt;
  return parse_document(*text, problems);
}

}  // namespace logquake::scenario
