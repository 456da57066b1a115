#include "models/database/redo_log.h"

#include <algorithm>
#include <charconv>

#include "models/database/defects.h"
#include "models/database/probes.h"
#include "models/database/session.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

constexpr std::string_view folder = "database";

std::string redo_path(std::int64_t number) { return format("{}/redo-{:06}", folder, number); }
std::string checkpoint_path(std::int64_t number) {
  return format("{}/checkpoint-{:06}", folder, number);
}

/// The number behind the last '-', or -1.
std::int64_t number_in(const std::string& path) {
  const auto dash = path.rfind('-');
  std::int64_t number = -1;
  if (dash != std::string::npos)
    std::from_chars(path.data() + dash + 1, path.data() + path.size(), number);
  return number;
}

}  // namespace

RedoLog::RedoLog(sim::Node& node, Engine& engine, FlushLog flush)
    : node_(node),
      engine_(engine),
      flush_(flush),
      answers_without_sync_(node.has(commit_without_sync)),
      progress_(node, "the redo log's sync") {}

Result<RedoLog::Found> RedoLog::recover() {
  sim::Disk& disk = node_.disk();
  std::int64_t first = 0;
  std::int64_t last = 0;
  for (const std::string& path : disk.list(folder)) {
    if (path.find("/checkpoint-") != std::string::npos) first = std::max(first, number_in(path));
    if (path.find("/redo-") != std::string::npos) last = std::max(last, number_in(path));
  }
  Found found;
  bool initialised = false;
  if (first > 0) {
    if (auto end = replay_file(checkpoint_path(first), found, initialised); !end)
      return end.error();
  }
  std::int64_t end_of_last = 0;
  for (std::int64_t number = first; number <= last; ++number) {
    if (!disk.exists(redo_path(number))) continue;
    auto end = replay_file(redo_path(number), found, initialised);
    if (!end) return end.error();
    end_of_last = *end;
  }
  if (!initialised) {
    // Nothing, or a first start that was interrupted: begin anew.
    if (auto removed = disk.remove_folder(folder); !removed.ok()) return removed.error();
    found = {.fresh = true};
    end_of_last = 0;
    last = 0;
  }
  number_ = std::max(first, last);
  auto file = disk.open(redo_path(number_), sim::Open::create);
  if (!file) return file.error();
  file_ = std::move(*file);
  if (file_.size() > end_of_last) {
    found.bytes_cut = file_.size() - end_of_last;
    node_.probe(torn_redo_cut);
    if (auto cut = file_.truncate(end_of_last); !cut.ok()) return cut.error();
  }
  // After a crash of the process alone, commits may have been replayed from the page cache that a
  // power loss would still take. Nobody may see them before they are safe.
  if (auto synced = file_.sync(); !synced.ok()) return synced.error();
  remove_before(first);
  return found;
}

Result<std::int64_t> RedoLog::replay_file(const std::string& path, Found& found,
                                          bool& initialised) {
  auto file = node_.disk().open(path, sim::Open::existing);
  if (!file) return file.error();
  const auto bytes = file->read_all();
  if (!bytes) return bytes.error();
  RedoReader reader(*bytes);
  while (const auto record = reader.next()) {
    if (auto status = apply(*record, initialised); !status.ok()) {
      return Error{ErrorCode::corrupt, format("replay of {}: {}", path, to_string(status.error()))};
    }
    ++found.replayed;
  }
  return reader.position();
}

SqlStatus RedoLog::apply(const RedoRecord& record, bool& initialised) {
  if (const auto* definition = std::get_if<RedoDefinition>(&record)) {
    if (definition->next_table != TableId{}) engine_.set_next_table(definition->next_table);
    return Session(engine_, {.connection = 0, .database = {}}).replay(*definition);
  }
  if (const auto* counter = std::get_if<RedoCounter>(&record)) {
    engine_.apply(*counter);
  } else if (const auto* commit = std::get_if<RedoCommit>(&record)) {
    engine_.apply(*commit);
  } else {
    initialised = true;
  }
  return {};
}

void RedoLog::give_up(std::string_view deed, const Error& error) {
  node_.exit(format("{} of the redo log failed: {}", deed, to_string(error)));
}

void RedoLog::write_out(bool sync) {
  const std::int64_t end = engine_.redo_end();
  const Bytes bytes = engine_.take_redo();
  if (!bytes.empty()) {
    if (auto status = file_.append(bytes); !status.ok()) give_up("write", status.error());
  }
  written_ = end;
  if (!sync) return;
  node_.yield(between_redo_write_and_sync);
  if (auto status = file_.sync(); !status.ok()) give_up("sync", status.error());
  synced_ = end;
}

void RedoLog::make_durable(std::int64_t end) {
  if (flush_ == FlushLog::every_second) return;
  const bool sync = flush_ == FlushLog::at_commit && !answers_without_sync_;
  ++waiting_;
  while ((sync ? synced_ : written_) < end) {
    if (busy_) {
      progress_.wait();
      continue;
    }
    busy_ = true;
    if (sync && waiting_ > 1) node_.measure(group_commit, waiting_);
    write_out(sync);
    busy_ = false;
    progress_.notify_all();
  }
  --waiting_;
  node_.yield(between_sync_and_visible);
}

void RedoLog::flush() {
  progress_.wait_until([this] { return !busy_; });
  if (synced_ == engine_.redo_end()) return;
  busy_ = true;
  write_out(true);
  busy_ = false;
  progress_.notify_all();
}

void RedoLog::checkpoint_beyond(std::int64_t bytes) {
  const bool now =
      !busy_ && file_.size() > bytes && engine_.is_quiet() && synced_ == engine_.redo_end();
  if (!now) return;
  Bytes snapshot;
  for (const RedoRecord& record : engine_.snapshot()) {
    const Bytes frame = frame_of(record);
    snapshot.insert(snapshot.end(), frame.begin(), frame.end());
  }
  const std::int64_t next = number_ + 1;
  sim::Disk& disk = node_.disk();
  // From here on commits go to the next file; until the checkpoint is there, recovery reads both.
  busy_ = true;
  auto file = disk.open(redo_path(next), sim::Open::create);
  if (!file) give_up("opening", file.error());
  file_ = std::move(*file);
  number_ = next;
  busy_ = false;
  progress_.notify_all();

  const std::string draft = format("{}/draft", folder);
  auto checkpoint = disk.open(draft, sim::Open::create);
  if (!checkpoint) give_up("checkpoint", checkpoint.error());
  if (auto status = checkpoint->truncate(0); !status.ok()) give_up("checkpoint", status.error());
  if (auto status = checkpoint->append(snapshot); !status.ok())
    give_up("checkpoint", status.error());
  if (auto status = checkpoint->sync(); !status.ok()) give_up("checkpoint", status.error());
  if (auto status = disk.rename(draft, checkpoint_path(next)); !status.ok())
    give_up("checkpoint", status.error());
  if (auto status = checkpoint->sync(); !status.ok()) give_up("checkpoint", status.error());
  remove_before(next);
  node_.probe(checkpoint_taken);
}

void RedoLog::remove_before(std::int64_t number) {
  for (const std::string& path : node_.disk().list(folder)) {
    if (number_in(path) >= number) continue;
    if (auto status = node_.disk().remove(path); !status.ok())
      give_up("removing a file", status.error());
  }
}

}  // namespace logquake::database
