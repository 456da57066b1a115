#include "models/quorum/server/read_only_mode.h"

#include <algorithm>
#include <utility>

#include "models/quorum/ensemble_facts.h"

namespace logquake::zookeeper {
namespace {

constexpr Duration least_patience = 2s;  // as 3.8.0, against modes that flap

}  // namespace

void ReadOnlyMode::start() {
  if (!member_.settings.read_only_mode) return;
  member_.node.spawn("zookeeper-read-only", [self = shared_from_this()] {
    auto& member = self->member_;
    member.node.sleep_for(std::max(least_patience, member.settings.tick_time));
    if (self->is_over_) return;
    self->serves_ = true;
    const auto& history = member.history;
    member.node.record(ServingStarted{"read-only", history.current_epoch(), self->last_zxid(),
                                      history.tree().digest()});
    member.clients.open(self);
  });
}

void ReadOnlyMode::end() {
  is_over_ = true;
  if (!std::exchange(serves_, false)) return;
  member_.clients.shut();
  member_.history.left_read_only_mode();
  member_.node.record(ServingStopped{"there is a leader"});
}

void ReadOnlyMode::submit(Work work) {
  // A new session would have to be a local one (Z-SE-21).
  if (work.is_write || work.op == OpCode::sync) work.refusal = ErrorCode::not_read_only;
  member_.clients.answer(work);
}

void ReadOnlyMode::describe(ServerStatistics& statistics) const {
  statistics.mode = ServerMode::read_only;
}

}  // namespace logquake::zookeeper
