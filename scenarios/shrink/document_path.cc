#include "scenarios/shrink/document_path.h"

#include <charconv>
#include <optional>
#include <utility>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

std::optional<std::size_t> index_in(const Value& list, std::string_view part) {
  std::size_t index = 0;
  const auto* last = part.data() + part.size();
  const auto [end, trouble] = std::from_chars(part.data(), last, index);
  if (trouble != std::errc{} || end != last || index >= list.elements().size()) return std::nullopt;
  return index;
}

const Value* child_of(const Value& parent, std::string_view part) {
  if (!parent.is(Value::Kind::list)) return parent.find(part);
  const auto index = index_in(parent, part);
  return index ? &parent.elements()[*index] : nullptr;
}

// "workload.0" and "count" of "workload.0.count"; the first is empty for a top-level key.
std::pair<std::string_view, std::string_view> parent_and_key(std::string_view path) {
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos) return {{}, path};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

void gather(const Value& at, const std::string& before, std::string_view rest,
            std::vector<std::string>& found) {
  const auto dot = rest.find('.');
  const auto part = rest.substr(0, dot);
  const bool last = dot == std::string_view::npos;
  const auto step = [&](const Value* child, std::string_view name) {
    const auto path = before.empty() ? std::string(name) : format("{}.{}", before, name);
    if (last) {
      found.push_back(path);
    } else if (child != nullptr) {
      gather(*child, path, rest.substr(dot + 1), found);
    }
  };
  if (part != "*") {
    if (at.is(Value::Kind::table)) step(at.find(part), part);
    return;
  }
  if (!at.is(Value::Kind::list)) return;
  for (std::size_t index = 0; index < at.elements().size(); ++index)
    step(&at.elements()[index], format("{}", index));
}

}  // namespace

const Value* find_at(const Value& document, std::string_view path) {
  const Value* at = &document;
  while (at != nullptr && !path.empty()) {
    const auto dot = path.find('.');
    at = child_of(*at, path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return at;
}

Value* find_at(Value& document, std::string_view path) {
  return const_cast<Value*>(find_at(std::as_const(document), path));
}

bool set_at(Value& document, std::string_view path, Value value) {
  const auto [parent, key] = parent_and_key(path);
  auto* holder = find_at(document, parent);
  if (holder == nullptr) return false;
  if (holder->is(Value::Kind::table)) {
    holder->set(key, std::move(value));
    return true;
  }
  if (!holder->is(Value::Kind::list)) return false;
  const auto index = index_in(*holder, key);
  if (!index) return false;
  holder->elements()[*index] = std::move(value);
  return true;
}

bool remove_at(Value& document, std::string_view path) {
  const auto [parent, key] = parent_and_key(path);
  auto* holder = find_at(document, parent);
  if (holder == nullptr) return false;
  if (holder->is(Value::Kind::table)) {
    if (holder->find(key) == nullptr) return false;
    holder->remove(key);
    return true;
  }
  if (!holder->is(Value::Kind::list)) return false;
  const auto index = index_in(*holder, key);
  if (!index) return false;
  holder->elements().erase(holder->elements().begin() + static_cast<std::ptrdiff_t>(*index));
  return holder->elements().empty() && !parent.empty() ? remove_at(document, parent) : true;
}

std::vector<std::string> paths_like(const Value& document, std::string_view pattern) {
  std::vector<std::string> found;
  gather(document, {}, pattern, found);
  return found;
}

}  // namespace logquake::scenario
