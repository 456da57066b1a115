// How a log comes back from disk: trusting what was closed cleanly, checking the rest. Source:
// K-REC-4, 5.
#include <algorithm>

#include "models/broker/facts.h"
#include "models/broker/log/checkpoints.h"
#include "models/broker/log/log.h"
#include "models/broker/probes.h"
#include "models/broker/storage_facts.h"
#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

bool is_leftover(std::string_view name) {
  return name.ends_with(".deleted") || name.ends_with(".cleaned") || name.ends_with(".swap") ||
         name.ends_with(".tmp");
}

}  // namespace

Outcome<> Log::load(const LogStart& start) {
  const Offset checkpointed_start = start.log_start.value_or(Offset{0});
  if (auto opened = open_segments(checkpointed_start); !opened) return opened;
  if (auto loaded = load_epochs(); !loaded) return loaded;
  log_start_ = std::max(checkpointed_start, segments_.begin()->first);
  recovery_point_ = start.recovery_point.value_or(Offset{0});
  if (auto scanned = scan_segments(start); !scanned) return scanned;

  log_end_ = active().next_offset();
  if (log_end_ < log_start_) {
    if (auto restarted = restart_locked(log_start_); !restarted) return restarted;
  }
  recovery_point_ = start.was_clean ? log_end_ : std::min(recovery_point_, log_end_);
  const bool cut_end = epochs_.truncate_from_end(log_end_);
  const bool cut_start = epochs_.truncate_from_start(log_start_);
  if (cut_end || cut_start) {
    if (auto saved = save_epochs(); !saved) return saved;
  }
  const Offset checkpointed = start.high_watermark.value_or(log_start_);
  if (set_high_watermark(checkpointed) < checkpointed) node().probe(recovered_below_high_watermark);
  last_flush_ = node().now();
  node().record(LogLoaded{.broker = directory_.broker(),
                          .partition = to_string(partition_),
                          .log_start = log_start_,
                          .log_end = log_end_,
                          .high_watermark = high_watermark_,
                          .recovered = !start.was_clean});
  return {};
}

Outcome<> Log::open_segments(Offset first_base) {
  sim::Disk& disk = node().disk();
  for (const auto& path : disk.list(folder_)) {
    const auto name = std::string_view(path).substr(path.rfind('/') + 1);
    if (is_leftover(name)) {
      if (auto removed = disk.remove(path); !removed) return failed("clean up", removed.error());
    } else if (const auto base = Segment::parse_file_name(name)) {
      auto segment = Segment::open(disk, folder_, *base, node().wall_clock());
      if (!segment) return failed("open", segment.error());
      segments_.emplace(*base, std::move(*segment));
    }
  }
  if (segments_.empty()) {
    auto segment = Segment::create(disk, folder_, first_base, node().wall_clock());
    if (!segment) return failed("create", segment.error());
    segments_.emplace(first_base, std::move(*segment));
  }
  return {};
}

Outcome<> Log::load_epochs() {
  auto text = read_text(node(), folder_ + "/" + std::string(leader_epoch_file));
  if (!text) return failed("read leader epochs", text.error());
  if (text->empty()) return {};
  auto epochs = LeaderEpochs::parse(*text);
  if (!epochs) return failed("read leader epochs", epochs.error());
  epochs_ = std::move(*epochs);
  return {};
}

Outcome<> Log::scan_segments(const LogStart& start) {
  LogRecovered recovered{.broker = directory_.broker(),
                         .partition = to_string(partition_),
                         .recovery_point = recovery_point_};
  for (auto at = segments_.begin(); at != segments_.end(); ++at) {
    const auto next = std::next(at);
    const bool is_trusted =
        start.was_clean || (next != segments_.end() && next->first <= recovery_point_);
    auto scan = at->second.scan(
        !is_trusted && !directory_.defects().recovery_skips_crc,
        [&](const wire::BatchHeader& header) {
          producers_.apply(header);
          const auto latest = epochs_.latest();
          const LeaderEpoch epoch = header.partition_leader_epoch;
          if (!is_trusted && epoch >= LeaderEpoch{0} && (!latest || *latest < epoch)) {
            epochs_.assign(epoch, header.base_offset);
          }
        });
    if (!scan) return failed("recover", scan.error());
    if (is_trusted) continue;
    // A power loss may keep a young segment and shorten the one before it by whole batches.
    if (scan->trouble.empty() && next != segments_.end() &&
        next->first > at->second.next_offset()) {
      scan->trouble =
          logquake::format("nothing from {} to {}", at->second.next_offset(), next->first);
    }
    if (scan->trouble.empty()) continue;
    recovered.why = scan->trouble;
    recovered.dropped_bytes = at->second.size_bytes() - scan->valid_bytes;
    for (auto later = next; later != segments_.end(); ++later)
      recovered.dropped_bytes += later->second.size_bytes();
    if (auto cut = cut_torn_tail(at, *scan); !cut) return cut;
    break;
  }
  if (!start.was_clean) {
    recovered.log_end = active().next_offset();
    node().record(recovered);
  }
  return {};
}

Outcome<> Log::cut_torn_tail(Segments::iterator torn, const SegmentScan& scan) {
  node().probe(torn_tail_cut);
  for (auto later = std::next(torn); later != segments_.end(); later = segments_.erase(later)) {
    if (auto removed = node().disk().remove(later->second.path()); !removed) {
      return failed("recover", removed.error());
    }
  }
  if (auto cut = torn->second.truncate(scan.valid_bytes, node().wall_clock()); !cut) {
    return failed("recover", cut.error());
  }
  return {};
}

}  // namespace logquake::kafka
