#include "models/connect/table_id.h"

#include <algorithm>

#include "sim/base/check.h"

namespace logquake::connect {
namespace {

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts(1);
  bool in_quotes = false;
  for (const char c : text) {
    if (c == '`') {
      in_quotes = !in_quotes;
    } else if (c == '.' && !in_quotes) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string joined(const TableId& id, char quote) {
  std::string out;
  for (const auto* part : {&id.catalog, &id.schema, &id.table}) {
    if (part->empty()) continue;
    if (!out.empty()) out += '.';
    if (quote != 0) out += quote;
    out += *part;
    if (quote != 0) out += quote;
  }
  return out;
}

/// One UTF-8 character from the front of `text`; malformed bytes count as themselves.
std::uint32_t next_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xc0 ? 1
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                                            : 4;
  std::uint32_t code = length == 1 ? first : first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length && i < text.size(); ++i) {
    code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3fU);
  }
  text.remove_prefix(std::min(length, text.size()));
  return code;
}

std::uint32_t bucket_hash(const TableId& id) {
  const auto part = [](const std::string& text) {
    return text.empty() ? 0U : static_cast<std::uint32_t>(java_hash(text));
  };
  const std::uint32_t hash =
      31U * (31U * (31U + part(id.catalog)) + part(id.schema)) + part(id.table);
  return hash ^ hash >> 16U;
}

}  // namespace

TableId parse_table_id(std::string_view text) {
  auto parts = parts_of(text);
  if (parts.size() == 1) return {"", "", std::move(parts[0])};
  if (parts.size() == 3) return {std::move(parts[0]), std::move(parts[1]), std::move(parts[2])};
  return {"", std::move(parts[0]), std::move(parts[1])};
}

std::string quoted(const TableId& id) { return joined(id, '`'); }
std::string unquoted(const TableId& id) { return joined(id, 0); }
std::string to_string(const TableId& id) { return joined(id, '"'); }
std::string quoted(std::string_view identifier) { return '`' + std::string(identifier) + '`'; }

std::int32_t java_hash(std::string_view text) {
  std::uint32_t hash = 0;
  while (!text.empty()) {
    const auto code = next_character(text);
    if (code < 0x10000) {
      hash = hash * 31U + code;
    } else {
      hash = hash * 31U + (0xd800U + ((code - 0x10000U) >> 10U));
      hash = hash * 31U + (0xdc00U + ((code - 0x10000U) & 0x3ffU));
    }
  }
  return static_cast<std::int32_t>(hash);
}

std::vector<std::size_t> hash_map_order(const std::vector<TableId>& ids) {
  std::uint32_t capacity = 16;
  while (ids.size() > capacity / 4 * 3) capacity *= 2;  // load factor 0.75
  std::vector<std::size_t> order(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto left = bucket_hash(ids[a]) & (capacity - 1);
    const auto right = bucket_hash(ids[b]) & (capacity - 1);
    return left != right ? left < right : a < b;
  });
  return order;
}

}  // namespace logquake::connect
