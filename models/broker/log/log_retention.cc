// Which segments go when. Source: K-RET-1, K-RET-2.
#include <mutex>

#include "models/broker/log/log.h"
#include "models/broker/probes.h"
#include "models/broker/storage_facts.h"

namespace logquake::kafka {

Outcome<int> Log::apply_retention() {
  const std::lock_guard lock(changing_);
  if (auto usable = check_usable(); !usable) return usable.error();
  int deleted = 0;
  const auto run = [&](std::string_view why, const Doomed& doomed) -> Outcome<> {
    auto count = delete_while(why, doomed);
    if (!count) return count.error();
    deleted += *count;
    return {};
  };

  auto done = run("log start", [&](const Segment&, const Segment* next) {
    return next != nullptr && next->base_offset() <= log_start_;
  });
  if (!done) return done.error();
  if (!config_.deletes()) return deleted;

  if (config_.retention_bytes >= 0) {
    std::int64_t excess = size_bytes() - config_.retention_bytes;
    done = run("size", [&](const Segment& segment, const Segment*) {
      if (excess < segment.size_bytes()) return false;
      excess -= segment.size_bytes();
      return true;
    });
    if (!done) return done.error();
  }
  if (config_.retention >= Duration::zero() && config_.retention != Duration::max()) {
    const WallTime now = node().wall_clock();
    done = run("time", [&](const Segment& segment, const Segment*) {
      const WallTime newest = segment.max_timestamp() >= 0
                                  ? WallTime(std::chrono::milliseconds(segment.max_timestamp()))
                                  : segment.modified();
      return now - newest > config_.retention;
    });
    if (!done) return done.error();
  }
  return deleted;
}

Outcome<int> Log::delete_while(std::string_view why, const Doomed& doomed) {
  std::vector<Offset> chosen;
  for (auto at = segments_.begin(); at != segments_.end(); ++at) {
    const auto after = std::next(at);
    const Segment* next = after == segments_.end() ? nullptr : &after->second;
    const Offset end = next != nullptr ? next->base_offset() : log_end_;
    const bool committed =
        end <= high_watermark_ || directory_.defects().retention_ignores_high_watermark;
    const bool empty_last = next == nullptr && at->second.is_empty();
    if (empty_last || !committed || !doomed(at->second, next)) break;
    chosen.push_back(at->first);
  }
  if (chosen.empty()) return 0;
  if (chosen.size() == segments_.size()) {
    if (auto rolled = roll(log_end_); !rolled) return rolled.error();
  }
  for (const Offset base : chosen) {
    const auto at = segments_.find(base);
    node().probe(segment_expired);
    node().record(SegmentDeleted{.broker = directory_.broker(),
                                 .partition = to_string(partition_),
                                 .base_offset = base,
                                 .end_offset = std::next(at)->first,
                                 .high_watermark = high_watermark_,
                                 .why = std::string(why)});
    if (auto gone = discard(at->second); !gone) return gone.error();
    segments_.erase(at);
    ++version_;
  }
  if (segments_.begin()->first > log_start_) {
    if (auto moved = move_log_start(segments_.begin()->first); !moved) return moved.error();
  }
  return static_cast<int>(chosen.size());
}

}  // namespace logquake::kafka
