#include "sim/schedule/site_holds.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/node.h"
#include "sim/schedule/scheduler.h"
#include "sim/schedule/sync.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::sim {

struct SiteHolds::Hold {
  Request request;
  std::uint64_t site_hash = 0;
  mutable detail::WaitQueue waiting;
};

SiteHolds::SiteHolds() = default;
SiteHolds::~SiteHolds() = default;

std::int64_t SiteHolds::begin(Request request) {
  auto hold = std::make_unique<Hold>();
  hold->site_hash = hash64(request.site);
  hold->request = std::move(request);
  holds_.emplace(++last_, std::move(hold));
  return last_;
}

bool SiteHolds::end(std::int64_t hold) {
  auto ended = holds_.extract(hold);
  if (ended.empty()) return false;
  ended.mapped()->waiting.wake_all();
  return true;
}

void SiteHolds::end_all() {
  while (!holds_.empty()) end(holds_.begin()->first);
}

const SiteHolds::Hold* SiteHolds::holding(const Task& task, std::uint64_t site_hash) const {
  const auto found = std::find_if(holds_.begin(), holds_.end(), [&](const auto& entry) {
    const Hold& hold = *entry.second;
    const auto& nodes = hold.request.nodes;
    return hold.site_hash == site_hash &&
           (hold.request.task.empty() || hold.request.task == task.name) &&
           (nodes.empty() || std::find(nodes.begin(), nodes.end(), task.node->id()) != nodes.end());
  });
  return found == holds_.end() ? nullptr : found->second.get();
}

void SiteHolds::keep(Scheduler& scheduler, std::uint64_t site_hash) {
  const Task& task = *scheduler.current();
  const Hold* hold = holding(task, site_hash);
  if (hold == nullptr) return;
  Node& node = *task.node;
  const std::string site = hold->request.site;
  node.record(TaskHeld{node.name(), task.name, site}, hold->request.cause);
  // Another hold may keep it when this one ends.
  for (; hold != nullptr && !task.killed; hold = holding(task, site_hash)) {
    hold->waiting.wait_until(scheduler, std::numeric_limits<std::int64_t>::max(),
                             "the end of a hold");
  }
  node.record(TaskReleased{node.name(), task.name, site});
}

}  // namespace logquake::sim
