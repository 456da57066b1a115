#include "models/quorum/zab/sync_plan.h"

#include <optional>

namespace logquake::zookeeper {

namespace {

bool is_marker(Zxid zxid) { return counter_of(zxid) == 0; }

/// Z-SY-3, over all that is known, in order. Nothing where only SNAP is left.
std::optional<SyncPlan> plan_from(const std::vector<Transaction>& known, Zxid learner,
                                  Zxid committed, SyncMistakes mistakes) {
  SyncPlan plan{.method = PacketType::diff, .zxid = committed};
  Zxid previous;
  for (const Transaction& transaction : known) {
    if (transaction.zxid <= learner) {
      previous = transaction.zxid;
    } else {
      plan.follow.push_back(transaction);
    }
  }
  if (previous == learner || is_marker(learner)) return plan;

  // The learner's last one is unknown here: it was never committed. It has a record of `previous`
  // for certain only where both belong to the epoch that goes on behind it.
  if (plan.follow.empty()) return std::nullopt;
  const bool same_epoch = epoch_of(plan.follow.front().zxid) == epoch_of(learner);
  if (!same_epoch && !mistakes.trunc_across_epochs) return std::nullopt;
  plan.method = PacketType::trunc;
  plan.zxid = previous;
  return plan;
}

/// Rule (4) of Z-SY-2: the log up to the window, then the window. Empty where there is a gap.
std::vector<Transaction> log_then_window(Zxid learner, const CommittedWindow& window,
                                         Zxid processed, const LogSuffix& log_suffix) {
  std::vector<Transaction> known = log_suffix(learner);
  std::erase_if(known, [&](const Transaction& logged) { return logged.zxid > processed; });
  if (known.empty() || known.front().zxid > learner) return {};
  if (window.empty()) return known;
  if (known.back().zxid < window.min()) return {};
  std::erase_if(known, [&](const Transaction& logged) { return logged.zxid >= window.min(); });
  known.insert(known.end(), window.transactions().begin(), window.transactions().end());
  return known;
}

}  // namespace

SyncPlan plan_sync(Zxid learner, const CommittedWindow& window, Zxid processed,
                   const LogSuffix& log_suffix, SyncMistakes mistakes) {
  const Zxid min = window.empty() ? processed : window.min();
  const Zxid max = window.empty() ? processed : window.max();

  if (learner == processed) return {.method = PacketType::diff, .zxid = learner};
  // Nobody's log has a record of a marker, so it is no place to truncate to: the learner, which
  // has to exit then (Z-SY-11), would do so again and again. 3.8.0 sends it.
  if (learner > max && !is_marker(learner) && !is_marker(max))
    return {.method = PacketType::trunc, .zxid = max};

  const bool brand_new = mistakes.diff_from_zero_window && learner == Zxid{};
  if ((min <= learner && learner <= max) || brand_new) {
    const std::vector<Transaction> known(window.transactions().begin(),
                                         window.transactions().end());
    if (auto plan = plan_from(known, learner, max, mistakes)) return *std::move(plan);
  } else if (learner < min && log_suffix) {
    const auto known = log_then_window(learner, window, processed, log_suffix);
    if (!known.empty()) {
      if (auto plan = plan_from(known, learner, known.back().zxid, mistakes))
        return *std::move(plan);
    }
  }
  return {.method = PacketType::snap, .zxid = processed};
}

}  // namespace logquake::zookeeper
