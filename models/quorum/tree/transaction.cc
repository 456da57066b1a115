#include "models/quorum/tree/transaction.h"

#include <algorithm>

namespace logquake::zookeeper {
namespace {

std::int64_t text_bytes(const std::string& text) {
  return 4 + static_cast<std::int64_t>(text.size());
}
std::int64_t data_bytes(const Data& data) { return data ? text_bytes(*data) : 4; }
std::int64_t acl_bytes(const Acl& acl) {
  std::int64_t bytes = 4;
  for (const auto& entry : acl) bytes += 4 + text_bytes(entry.scheme) + text_bytes(entry.id);
  return bytes;
}

std::int64_t change_bytes(const Change& change) {
  constexpr std::int64_t number = 4;
  switch (change.op) {
    case OpCode::create:  // whether it is ephemeral or its time to live, and the parent's counter
      return text_bytes(change.path) + data_bytes(change.data) + acl_bytes(change.acl) + number +
             (change.ttl > 0 ? 8 : 1);
    case OpCode::set_data:
      return text_bytes(change.path) + data_bytes(change.data) + number;
    case OpCode::set_acl:
      return text_bytes(change.path) + acl_bytes(change.acl) + number;
    case OpCode::check:
      return text_bytes(change.path) + number;
    case OpCode::remove:
      return text_bytes(change.path);
    case OpCode::close_session: {
      auto bytes = number;
      for (const auto& path : change.paths) bytes += text_bytes(path);
      return bytes;
    }
    default:  // a timeout or an error
      return number;
  }
}

}  // namespace

std::int64_t Transaction::proposal_bytes() const {
  constexpr std::int64_t header = 32;
  constexpr std::int64_t digest = 12;
  if (op != OpCode::multi)
    return header + (changes.empty() ? 0 : change_bytes(changes.front())) + digest;
  std::int64_t members = 4;
  for (const auto& change : changes) members += 4 + 4 + change_bytes(change);
  return header + members + digest;
}

bool Transaction::is_refusal() const {
  return std::any_of(changes.begin(), changes.end(), [](const Change& change) {
    return change.op == OpCode::error && change.error != ErrorCode::ok;
  });
}

}  // namespace logquake::zookeeper
