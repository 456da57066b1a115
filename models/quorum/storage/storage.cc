#include "models/quorum/storage/storage.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "models/quorum/storage/transaction_log.h"
#include "models/quorum/wire/jute.h"
#include "models/quorum/wire/path.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

constexpr std::int32_t snapshot_magic = 0x5A4B534E;  // "ZKSN"
constexpr std::int32_t snapshot_version = 2;

std::map<Zxid, std::string> files_of(const sim::Disk& disk, std::string_view folder,
                                     std::string_view kind) {
  std::map<Zxid, std::string> files;
  for (auto& path : disk.list(folder)) {
    if (const auto zxid = zxid_of_file(path, kind)) files.emplace(*zxid, std::move(path));
  }
  return files;
}

logquake::Result<Bytes> read_file(sim::Disk& disk, const std::string& path) {
  auto file = disk.open(path, sim::Open::existing);
  if (!file) return file.error();
  return file->read_all();
}

logquake::Error damaged(std::string message) {
  return {logquake::ErrorCode::corrupt, std::move(message)};
}

// Zxids are consecutive within an epoch and start again at 1 in each (Z-ZX-1); an epoch may pass
// without any.
bool may_follow(Zxid zxid, Zxid last) {
  if (epoch_of(zxid) == epoch_of(last)) return zxid == last + 1;
  return epoch_of(zxid) > epoch_of(last) && counter_of(zxid) == 1;
}

// Of a log that begins in the middle: what a transaction builds on may be lost (Z-ST-6).
bool has_its_ground(const ZnodeTree& tree, const Transaction& transaction) {
  std::set<std::string, std::less<>> created;
  const auto is_there = [&](std::string_view path) {
    return tree.find(path) != nullptr || created.contains(path);
  };
  return std::all_of(transaction.changes.begin(), transaction.changes.end(),
                     [&](const auto& change) {
                       switch (change.op) {
                         case OpCode::create:
                           created.insert(change.path);
                           return is_there(parent_of(change.path));
                         case OpCode::remove:
                         case OpCode::set_data:
                         case OpCode::set_acl:
                           return is_there(change.path);
                         default:
                           return true;
                       }
                     });
}

struct LogEnd {
  std::int64_t valid_bytes = 0;
  std::int64_t total_bytes = 0;
  bool is_empty = false;
};

// Cuts the torn tail off, so that it can never be taken for a record again, and makes the rest
// durable.
logquake::Status cut_tail(sim::Disk& disk, const std::string& path, const LogEnd& end) {
  if (end.is_empty) return disk.remove(path);
  auto file = disk.open(path, sim::Open::existing);
  if (!file) return file.error();
  if (end.valid_bytes < end.total_bytes) {
    if (auto cut = file->truncate(end.valid_bytes); !cut) return cut;
  }
  return file->sync();
}

logquake::Status load_snapshot(sim::Disk& disk, std::string_view folder, Recovered& recovered,
                               bool& found) {
  const auto snapshots = files_of(disk, folder, "snapshot");
  for (auto at = snapshots.rbegin(); at != snapshots.rend(); ++at) {
    auto bytes = read_file(disk, at->second);
    if (!bytes) return bytes.error();
    auto tree = decode_snapshot(*bytes);
    if (!tree) {
      ++recovered.skipped_snapshots;
      continue;
    }
    recovered.tree = std::move(*tree);
    recovered.snapshot = at->first;
    found = true;
    return {};
  }
  return {};
}

// `from_nowhere`: there is no snapshot that the first record must follow.
logquake::Status replay(sim::Disk& disk, std::string_view folder, Recovered& recovered,
                        bool from_nowhere) {
  const auto logs = files_of(disk, folder, "log");
  std::vector<std::pair<std::string, LogEnd>> ends;
  auto from = logs.upper_bound(recovered.snapshot + 1);
  if (from != logs.begin()) --from;
  for (; from != logs.end(); ++from) {
    const auto& path = from->second;
    auto bytes = read_file(disk, path);
    if (!bytes) return bytes.error();
    const auto parsed = parse_log(*bytes);
    for (const auto& record : parsed.records) {
      const auto zxid = record.transaction.zxid;
      if (zxid <= recovered.tree.last_zxid()) continue;
      const bool is_first = from_nowhere && recovered.replayed == 0;
      if (!is_first && !may_follow(zxid, recovered.tree.last_zxid()))
        return damaged(format("replay {}: found {}, expected {}", path, hex_of(zxid),
                              hex_of(recovered.tree.last_zxid() + 1)));
      if (from_nowhere && !has_its_ground(recovered.tree, record.transaction)) {
        recovered.tree.stand_at(zxid);
      } else {
        recovered.tree.replay(record.transaction);
      }
      recovered.window.add(record.transaction);
      ++recovered.replayed;
    }
    if (parsed.promised > recovered.tree.last_zxid())
      return damaged(format("replay {}: bad record at offset {}, but {} was durable", path,
                            parsed.valid_bytes, hex_of(parsed.promised)));
    recovered.dropped_bytes += parsed.total_bytes - parsed.valid_bytes;
    ends.emplace_back(path, LogEnd{parsed.valid_bytes, parsed.total_bytes, parsed.records.empty()});
  }
  for (const auto& [path, end] : ends) {  // only now that the whole makes sense: damage is evidence
    if (auto cut = cut_tail(disk, path, end); !cut) return cut;
  }
  return {};
}

struct Cut {
  std::string path;
  std::int64_t keep = 0;  // bytes; zero: the whole file goes
};

struct CutPlan {
  std::vector<std::string> snapshots;  // that go
  std::vector<Cut> logs;  // newest first, so that what is left is a history at any moment
  bool is_found = false;  // the zxid that is to be the last
};

logquake::Result<CutPlan> plan_cut(sim::Disk& disk, std::string_view folder, Zxid to) {
  CutPlan plan;
  const auto snapshots = files_of(disk, folder, "snapshot");
  plan.is_found = snapshots.count(to) > 0;
  for (auto at = snapshots.rbegin(); at != snapshots.rend() && at->first > to; ++at)
    plan.snapshots.push_back(at->second);
  const auto logs = files_of(disk, folder, "log");
  for (auto log = logs.rbegin(); log != logs.rend(); ++log) {
    if (log->first > to) {
      plan.logs.push_back({log->second});
      continue;
    }
    auto bytes = read_file(disk, log->second);
    if (!bytes) return bytes.error();
    const auto parsed = parse_log(*bytes);
    std::int64_t keep = 0;
    for (std::size_t i = 0; i < parsed.records.size(); ++i) {
      const auto zxid = parsed.records[i].transaction.zxid;
      if (zxid > to) break;
      if (zxid == to) plan.is_found = true;
      keep = parsed.ends[i];
    }
    if (keep < parsed.total_bytes) plan.logs.push_back({log->second, keep});
    break;
  }
  return plan;
}

logquake::Status cut(sim::Disk& disk, std::string_view folder, const CutPlan& plan) {
  for (const auto& path : plan.snapshots) {
    if (auto removed = disk.remove(path); !removed) return removed;
  }
  for (const auto& [path, keep] : plan.logs) {
    if (keep == 0) {
      if (auto removed = disk.remove(path); !removed) return removed;
      continue;
    }
    auto file = disk.open(path, sim::Open::existing);
    if (!file) return file.error();
    if (auto done = file->truncate(keep); !done) return done;
    if (auto synced = file->sync(); !synced) return synced;
  }
  // Any sync makes the removals durable too.
  const auto left = disk.list(folder);
  if (left.empty()) return {};
  auto file = disk.open(left.front(), sim::Open::existing);
  if (!file) return file.error();
  return file->sync();
}

}  // namespace

Bytes encode_snapshot(const ZnodeTree& tree) {
  JuteWriter out;
  out.put(snapshot_magic);
  out.put(snapshot_version);
  out.put(tree);
  out.put(static_cast<std::int64_t>(adler32(out.bytes())));
  out.put(std::string("/"));  // the end mark, as in ZooKeeper's own
  return std::move(out).take();
}

std::optional<ZnodeTree> decode_snapshot(ByteView bytes) {
  JuteReader reader(bytes);
  std::int32_t magic = 0;
  std::int32_t version = 0;
  ZnodeTree tree;
  reader.get(magic);
  reader.get(version);
  if (magic != snapshot_magic || version != snapshot_version) return std::nullopt;
  reader.get(tree);
  const auto covered = reader.position();
  std::int64_t checksum = 0;
  std::string end;
  reader.get(checksum);
  reader.get(end);
  if (reader.failed() || end != "/" || checksum != adler32(bytes.first(covered)))
    return std::nullopt;
  if (!tree.index()) return std::nullopt;
  return tree;
}

logquake::Status save_snapshot(sim::Disk& disk, std::string_view folder, Zxid zxid,
                               ByteView bytes) {
  const auto path = storage_path(folder, "snapshot", zxid);
  const auto draft = path + ".tmp";
  auto file = disk.open(draft, sim::Open::create);
  if (!file) return file.error();
  if (auto emptied = file->truncate(0); !emptied) return emptied;
  if (auto written = file->append(bytes); !written) return written;
  if (auto synced = file->sync(); !synced) return synced;
  if (auto renamed = disk.rename(draft, path); !renamed) return renamed;
  return file->sync();  // makes the new name durable too
}

logquake::Result<Recovered> recover(sim::Disk& disk, std::string_view folder, bool trusts_empty) {
  Recovered recovered;
  bool has_snapshot = false;
  if (auto loaded = load_snapshot(disk, folder, recovered, has_snapshot); !loaded)
    return loaded.error();
  if (!has_snapshot) {
    const bool has_log = !files_of(disk, folder, "log").empty();
    if (has_log && !trusts_empty)
      return damaged(format("recover {}: there is a log but no whole snapshot", folder));
    recovered.fresh = !has_log;
    recovered.without_snapshot = has_log;
    if (recovered.fresh) return recovered;
  }
  if (auto replayed = replay(disk, folder, recovered, !has_snapshot); !replayed)
    return replayed.error();
  return recovered;
}

logquake::Status truncate_history(sim::Disk& disk, std::string_view folder, Zxid to,
                                  bool keeps_snapshots) {
  auto plan = plan_cut(disk, folder, to);
  if (!plan) return plan.error();
  if (!plan->is_found)
    return logquake::Error{
        logquake::ErrorCode::not_found,
        format("truncate {} to {}: it is not in the history", folder, hex_of(to))};
  if (keeps_snapshots) plan->snapshots.clear();
  return cut(disk, folder, *plan);
}

logquake::Status drop_history_above(sim::Disk& disk, std::string_view folder, Zxid to) {
  const auto plan = plan_cut(disk, folder, to);
  if (!plan) return plan.error();
  return cut(disk, folder, *plan);
}

logquake::Status purge(sim::Disk& disk, std::string_view folder, std::int32_t keep) {
  auto snapshots = files_of(disk, folder, "snapshot");
  while (snapshots.size() > static_cast<std::size_t>(std::max(keep, 1))) {
    if (auto removed = disk.remove(snapshots.begin()->second); !removed) return removed;
    snapshots.erase(snapshots.begin());
  }
  if (snapshots.empty()) return {};
  auto logs = files_of(disk, folder, "log");
  // A log is needed while it reaches beyond the oldest kept snapshot: until the next log starts
  // below.
  while (logs.size() > 1 && std::next(logs.begin())->first <= snapshots.begin()->first + 1) {
    if (auto removed = disk.remove(logs.begin()->second); !removed) return removed;
    logs.erase(logs.begin());
  }
  return {};
}

}  // namespace logquake::zookeeper
