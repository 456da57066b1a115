#include "scenarios/kafka/checkers/controller_writes.h"

#include <utility>

namespace logquake::scenario {
namespace {

namespace znode = kafka::znode;

bool is_below(std::string_view path, std::string_view parent) {
  return path.size() > parent.size() && path.starts_with(parent) && path[parent.size()] == '/';
}
bool is_state(std::string_view path) {
  return is_below(path, znode::topics) && path.ends_with("/state");
}

}  // namespace

ControllerWrites::Heard ControllerWrites::hear(const sim::TraceEvent& event) {
  const auto frontier = told_.frontier();
  if (told_.is_gap(event)) {
    const bool is_loss = told_.frontier() < frontier;
    if (is_loss) states_.clear();
    return Untold{is_loss};
  }
  if (const auto* created = event.as<zookeeper::ZnodeCreated>()) {
    if (told_.is_news(event.node_name, created->zxid)) return on_created(*created);
  } else if (const auto* changed = event.as<zookeeper::ZnodeChanged>()) {
    if (told_.is_news(event.node_name, changed->zxid)) return on_changed(*changed);
  } else if (const auto* deleted = event.as<zookeeper::ZnodeDeleted>()) {
    if (told_.is_news(event.node_name, deleted->zxid)) return on_deleted(*deleted);
  }
  return {};
}

ControllerWrites::Heard ControllerWrites::on_created(const zookeeper::ZnodeCreated& created) {
  if (created.path == znode::controller)
    candidate_ = {created.zxid, znode::read_controller(created.data)};
  if (!is_state(created.path)) return {};
  return on_state({created.path, 0, created.session, created.data});
}

ControllerWrites::Heard ControllerWrites::on_changed(const zookeeper::ZnodeChanged& changed) {
  if (is_state(changed.path))
    return on_state({changed.path, changed.version, changed.session, changed.data});
  if (changed.path != znode::controller_epoch) return {};
  const auto epoch = znode::read_controller_epoch(changed.data);
  if (!epoch) return {};
  return EpochRaised{*epoch, changed.session,
                     candidate_.zxid == changed.zxid ? candidate_.broker : std::nullopt};
}

ControllerWrites::Heard ControllerWrites::on_deleted(const zookeeper::ZnodeDeleted& deleted) {
  states_.erase(deleted.path);
  const auto& path = deleted.path;
  if (!is_below(path, znode::topics) && !is_below(path, znode::isr_changes) &&
      !is_below(path, znode::deleted_topics))
    return {};
  return ControllerWrite{path, "deleted", deleted.session, std::nullopt, is_state(path)};
}

ControllerWrites::Heard ControllerWrites::on_state(const StateWrite& write) {
  const auto state = znode::read_state(write.data);
  if (!state) return {};  // longer than what the fact shows
  const auto [known, is_new] = states_.try_emplace(write.path);
  const Known before = std::exchange(known->second, {write.version, state->leader_epoch});
  // A server that died after it had made a write durable did not live to state it: who created the
  // node, or raised the epoch in between, is not known.
  if (write.version != (is_new ? 0 : before.version + 1)) return {};
  if (!is_new && state->leader_epoch <= before.leader_epoch)
    return {};  // an ISR change of the leader
  return ControllerWrite{write.path, "written", write.session, state->controller_epoch, true};
}

}  // namespace logquake::scenario
