#include "conformance/zookeeper/transcript.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "conformance/zookeeper/steps.h"
#include "sim/base/format.h"

namespace logquake::zookeeper::conformance {
namespace {

std::string text_of_data(const Data& data) { return data ? quoted(*data) : "null"; }

std::string version_of(const Operation& operation) {
  return operation.version == any_version ? "" : format(" v{}", operation.version);
}

std::string text_of_acl(const Acl& acl) {
  if (acl == open_acl()) return "open";
  std::string text;
  for (const auto& entry : acl)
    text +=
        format("{}{}:{}:{}", text.empty() ? "" : ",", entry.permissions, entry.scheme, entry.id);
  return "[" + text + "]";
}

std::string text_of_paths(std::string_view name, const std::vector<std::string>& paths) {
  if (paths.empty()) return "";
  std::string text = format(" {}", name);
  for (const auto& path : paths) text += " " + quoted(path);
  return text;
}

std::string text_of_operation(const Operation& operation) {
  auto text = std::string(name_of(operation.op));
  if (text == "unknown" || operation.op == OpCode::notification)
    return format("op{}", static_cast<int>(operation.op));
  switch (operation.op) {
    case OpCode::multi:
    case OpCode::multi_read:
    case OpCode::ping:
    case OpCode::reconfig:
    case OpCode::who_am_i:
    case OpCode::auth:
    case OpCode::close_session:
    case OpCode::set_watches:
    case OpCode::set_watches2:
      return text;
    default:
      text += " " + quoted(operation.path);
  }
  switch (operation.op) {
    case OpCode::create:
    case OpCode::create2:
    case OpCode::create_container:
    case OpCode::create_ttl:
      text += " " + text_of_data(operation.data);
      if (operation.flags != 0) text += format(" f{}", operation.flags);
      if (operation.acl != open_acl()) text += " " + text_of_acl(operation.acl);
      return text;
    case OpCode::set_data:
      return text + " " + text_of_data(operation.data) + version_of(operation);
    case OpCode::set_acl:
      return text + " " + text_of_acl(operation.acl) + version_of(operation);
    case OpCode::remove:
    case OpCode::check:
      return text + version_of(operation);
    case OpCode::check_watches:
    case OpCode::remove_watches:
    case OpCode::add_watch:
      return text + format(" {}", operation.flags);
    default:
      return operation.watch ? text + " watch" : text;
  }
}

// Which result has which parts, whatever the server sent beside: see README.md on Z-MU-5.
bool has_path(OpCode op) {
  return op == OpCode::create || op == OpCode::create2 || op == OpCode::create_container ||
         op == OpCode::create_ttl || op == OpCode::sync;
}
bool has_names(OpCode op) {
  return op == OpCode::get_children || op == OpCode::get_children2 || op == OpCode::get_ephemerals;
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c < ' ' || c > '~' || c == '"' || c == '\\') {
      out += format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string text_of(const Request& request) {
  if (request.undecodable) return std::string(name_of(request.op())) + " cut short";
  auto text = text_of_operation(request.operation);
  if (request.op() == OpCode::auth)
    return text + " " + request.credentials.scheme + " " + quoted(request.credentials.token);
  if (request.op() == OpCode::multi || request.op() == OpCode::multi_read) {
    for (std::size_t i = 0; i < request.members.size(); ++i)
      text += (i == 0 ? " " : "; ") + text_of_operation(request.members[i]);
  }
  const auto& watches = request.watches;
  return text + text_of_paths("data", watches.data) + text_of_paths("exist", watches.exist) +
         text_of_paths("child", watches.child) + text_of_paths("persistent", watches.persistent) +
         text_of_paths("recursive", watches.recursive);
}

std::string text_of(ErrorCode code) {
  auto text = std::string(name_of(code));
  return text == "unknown" ? format("error {}", static_cast<int>(code)) : text;
}

std::string text_of(const WatchEvent& event) {
  const auto kind = [&]() -> std::string {
    switch (event.type) {
      case EventType::node_created:
        return "created";
      case EventType::node_deleted:
        return "deleted";
      case EventType::node_data_changed:
        return "changed";
      case EventType::node_children_changed:
        return "children";
      default:
        return format("event{}", static_cast<int>(event.type));
    }
  }();
  auto text = kind + " " + quoted(event.path);
  if (event.state != SessionState::connected)
    text += format(" state={}", static_cast<int>(event.state));
  return text;
}

std::string Transcript::text_of(Zxid zxid) const {
  if (zxid == Zxid()) return "-";
  if (zxid == Zxid(-1)) return "none";
  const auto count = counter_of(zxid) - counter_of(begin_);
  if (epoch_of(zxid) == epoch_of(begin_)) return format("z{}", count);
  return format("e{}z{}", epoch_of(zxid) - epoch_of(begin_), counter_of(zxid));
}

std::string Transcript::times_of(const Stat& stat) {
  const auto fits = [&](Zxid zxid, std::int64_t time) {
    if (zxid == Zxid() || time == 0) return zxid == Zxid() && time == 0;
    return times_.emplace(zxid, time).first->second == time;
  };
  std::string text;
  if (!fits(stat.czxid, stat.ctime)) text += " ctime!";
  if (!fits(stat.mzxid, stat.mtime)) text += " mtime!";
  return text;
}

std::string Transcript::text_of(const Stat& stat) {
  std::string owner = "-";
  if (stat.ephemeral_owner != SessionId()) {
    const auto found = sessions_.find(stat.ephemeral_owner);
    owner = found == sessions_.end() ? "?" : format("s{}", found->second);
  }
  return format("{{{} {} {} {}.{}.{} {} {} {}}}{}", text_of(stat.czxid), text_of(stat.mzxid),
                text_of(stat.pzxid), stat.version, stat.cversion, stat.aversion, owner,
                stat.data_length, stat.num_children, times_of(stat));
}

std::string Transcript::text_of(const Acl& acl) const {
  auto anonymous = acl;
  for (auto& entry : anonymous) {
    if (entry.scheme == "ip" && entry.id == host_) entry.id = own_address;
  }
  // `auth` stands for a set of identities, which has an order of the server's own.
  const auto is_digest = [](const AclEntry& entry) { return entry.scheme == "digest"; };
  for (auto at = anonymous.begin(); at != anonymous.end();) {
    const auto begin = std::find_if(at, anonymous.end(), is_digest);
    at = std::find_if_not(begin, anonymous.end(), is_digest);
    std::sort(begin, at);
  }
  return text_of_acl(anonymous);
}

std::string Transcript::body_of(const OperationResult& result) {
  std::string text;
  if (has_path(result.op)) text += " " + quoted(result.path);
  if (result.op == OpCode::get_data) text += " " + text_of_data(result.data);
  if (result.op == OpCode::get_acl) text += " " + text_of(result.acl);
  if (result.op == OpCode::who_am_i) {  // a set, in an order of the server's own
    std::vector<std::string> held;
    for (const auto& identity : result.identities)
      held.push_back(identity.scheme + ":" +
                     (identity.id == host_ ? std::string(own_address) : identity.id));
    std::sort(held.begin(), held.end());
    for (const auto& one : held) text += " " + one;
  }
  if (result.op == OpCode::get_all_children_number) text += format(" {}", result.number);
  if (has_names(result.op)) {
    auto names = result.names;
    std::sort(names.begin(), names.end());
    text += " [";
    for (std::size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : " ") + quoted(names[i]);
    text += "]";
  }
  if (result.stat) text += " " + text_of(*result.stat);
  return text;
}

std::string Transcript::members_of(const Reply& reply, const Request& request) {
  if (reply.members.size() != request.members.size())
    return format(" {} results", reply.members.size());
  std::string text;
  for (std::size_t i = 0; i < reply.members.size(); ++i) {
    auto result = reply.members[i];
    text += i == 0 ? " " : "; ";
    if (result.op == OpCode::error || !result.ok()) {
      text += conformance::text_of(result.error);
      continue;
    }
    result.op = request.members[i].op;
    if (has_path(result.op)) result.stat.reset();  // Z-MU-5
    text += "OK" + body_of(result);
  }
  return text;
}

std::string Transcript::text_of(const Reply& reply, const Request& request) {
  auto text = conformance::text_of(reply.error) + " " + text_of(reply.zxid);
  if (reply.error != ErrorCode::ok) return text;
  if (request.op() == OpCode::multi || request.op() == OpCode::multi_read)
    return text + members_of(reply, request);
  return text + body_of(reply.result);
}

}  // namespace logquake::zookeeper::conformance
