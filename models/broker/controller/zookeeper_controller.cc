#include "models/broker/controller/zookeeper_controller.h"

#include <algorithm>
#include <utility>

#include "models/broker/facts.h"
#include "models/broker/replication_defects.h"
#include "models/broker/replication_probes.h"
#include "sim/base/format.h"

namespace logquake::kafka {

namespace {

using zookeeper::EventType;
using zookeeper::Watch;
using Code = zookeeper::ErrorCode;

constexpr Duration registration_poll = 1s;  // chosen: how often a znode in the way is looked at
constexpr int settle_rounds = 20;  // chosen: conflicts with leaders' own ISR changes end sooner

}  // namespace

ZookeeperController::ZookeeperController(sim::Node& node, ZookeeperStore& store, Settings settings)
    : node_(node),
      store_(store),
      settings_(std::move(settings)),
      channels_(
          node, {.self = settings_.self, .socket_timeout = settings_.socket_timeout},
          [this](BrokerId broker, const StopReplicaRequest& request,
                 const StopReplicaResponse& response) { on_stopped(broker, request, response); }),
      changed_(node, "a controller event"),
      expiry_is_first_(!node.has(expiry_not_first)),
      watches_early_(!node.has(late_handlers)),
      reads_early_(node.has(stale_controller_read)) {}

zookeeper::Status ZookeeperController::register_broker(Duration patience) {
  const Instant patience_ends = node_.now() + patience;
  while (true) {
    const auto epoch = store_.register_broker(settings_.self, settings_.endpoint);
    if (epoch) {
      broker_epoch_ = *epoch;
      node_.record(BrokerRegistered{.broker = settings_.self, .epoch = broker_epoch_});
      return {};
    }
    if (!epoch.is(Code::node_exists) || node_.now() >= patience_ends) return epoch.error();
    node_.sleep_for(registration_poll);  // an earlier life's session has not expired yet (K-CTL-3)
  }
}

void ZookeeperController::start() {
  put(Kind::startup);
  node_.spawn("controller-events", [this] { run(); });
  if (!settings_.auto_leader_rebalance) return;
  node_.spawn("controller-rebalance", [this] {
    while (true) {
      node_.sleep_for(settings_.imbalance_check_interval);
      if (is_active()) put(Kind::rebalance);
    }
  });
}

void ZookeeperController::put(Kind kind) {
  events_.push_back({kind, node_.cause()});
  changed_.notify_all();
}

void ZookeeperController::run() {
  while (true) {
    changed_.wait_until([this] { return !events_.empty(); });
    const Event event = events_.front();
    node_.set_cause(event.cause);
    process(event.kind);
    // An expiry may have emptied the queue meanwhile, and put itself in front.
    if (!events_.empty() && events_.front().kind == event.kind) events_.pop_front();
    changed_.notify_all();
  }
}

void ZookeeperController::on_watch_event(const zookeeper::WatchEvent& event) {
  if (event.type == EventType::none) {
    if (event.state != zookeeper::SessionState::expired) return;
    // Resign before there is a new session (Z-KZ-10): what waits belongs to the old one.
    if (expiry_is_first_) events_.clear();
    put(Kind::expired);
    changed_.wait_until([this] {
      return !expiry_is_first_ || std::ranges::none_of(events_, [](const Event& waiting) {
        return waiting.kind == Kind::expired;
      });
    });
    store_.client().open_session();
    put(Kind::registered_anew);
    return;
  }
  if (event.path == znode::controller) {
    put(event.type == EventType::node_deleted ? Kind::reelect : Kind::controller_changed);
  } else if (event.path == znode::broker_ids) {
    put(Kind::brokers_changed);
  } else if (event.path == znode::topics) {
    put(Kind::topics_changed);
  } else if (event.path == znode::deleted_topics) {
    put(Kind::deletions_changed);
  } else if (event.path == znode::isr_changes) {
    put(Kind::isr_changed);
  }
}

void ZookeeperController::process(Kind kind) {
  switch (kind) {
    case Kind::startup:
    case Kind::reelect:
      if (check_controller() == Step::done) elect();
      return;
    case Kind::controller_changed:
      (void)check_controller();
      return;
    case Kind::expired:
      resign("its session has expired");
      controller_id_ = no_broker;
      return;
    case Kind::registered_anew:
      if (!store_.wait_for_session()) return;  // expired once more: the next session tries again
      if (!register_broker(Duration::zero()))
        return;  // what was left of the old session is replaced
      if (check_controller() == Step::done) elect();
      return;
    default:
      break;
  }
  if (!active_) return;
  switch (kind) {
    case Kind::brokers_changed:
      (void)on_brokers_changed();
      return;
    case Kind::topics_changed:
      (void)on_topics_changed();
      return;
    case Kind::deletions_changed:
      (void)on_deletions_changed();
      return;
    case Kind::isr_changed:
      (void)on_isr_changed();
      return;
    case Kind::replicas_deleted:
      (void)on_replicas_deleted();
      return;
    case Kind::rebalance:
      (void)on_rebalance();
      return;
    default:
      return;
  }
}

ZookeeperController::Step ZookeeperController::failed(const zookeeper::Error& error) {
  // What guarded() says of a newer controller (K-CTL-5). An expired session brings its own event.
  if (error.code == Code::session_moved && active_) {
    resign("a newer controller has been elected");
    (void)check_controller();
  }
  return Step::failed;
}

// ---- the election ----

ZookeeperController::Step ZookeeperController::check_controller() {
  const auto named = store_.active_controller(Watch::once);
  if (!named) return Step::failed;
  controller_id_ = *named;
  if (active_ && controller_id_ != settings_.self) resign("another broker is the controller");
  return Step::done;
}

void ZookeeperController::elect() {
  if (active_ || controller_id_ != no_broker) return;
  if (reads_early_ && read_early() == Step::failed) return;
  const auto won = store_.become_controller(settings_.self);
  if (!won) {
    (void)check_controller();
    return;
  }
  controller_id_ = settings_.self;
  active_.emplace(settings_.self, *won);
  node_.record(ControllerElected{.broker = settings_.self, .epoch = won->epoch});
  (void)take_over();
}

ZookeeperController::Step ZookeeperController::read_early() {
  read_early_.clear();
  const auto names = store_.topics();
  if (!names) return Step::failed;
  std::vector<TopicPartition> partitions;
  for (const auto& name : *names) {
    const auto assignment = store_.topic(name);
    if (!assignment) continue;
    for (const auto& [index, replicas] : assignment->partitions)
      partitions.push_back({name, index});
  }
  auto states = store_.states(partitions);
  if (!states) return Step::failed;
  read_early_ = std::move(*states);
  return Step::done;
}

void ZookeeperController::resign(std::string_view why) {
  if (!active_) return;
  channels_.stop_all();
  const auto epoch = active_->term.epoch;
  active_.reset();
  node_.record(
      ControllerResigned{.broker = settings_.self, .epoch = epoch, .why = std::string(why)});
}

ZookeeperController::Step ZookeeperController::take_over() {
  // The election was a write of this session's own, so whatever server answers has applied what was
  // written before it (Z-KZ-12). What is read here is also watched from here on, in one request:
  // nothing can change in between (Z-KZ-7).
  const Watch watch = watches_early_ ? Watch::once : Watch::none;
  const auto old_changes = store_.isr_changes(watch);
  if (!old_changes) return failed(old_changes.error());
  std::vector<std::string> children;
  for (const auto& [child, partitions] : *old_changes) children.push_back(child);
  if (const auto removed = store_.remove_isr_changes(active_->term, children); !removed)
    return failed(removed.error());

  const auto brokers = store_.brokers(watch);
  if (!brokers) return failed(brokers.error());
  for (const auto& [id, broker] : *brokers) {
    active_->rules.set_broker(id, broker);
    channels_.open(id, broker);
  }
  std::set<std::string> fresh;
  if (learn_topics(watch, fresh) == Step::failed) return Step::failed;
  for (const auto& [partition, state] : std::exchange(read_early_, {})) {
    if (active_->rules.replicas(partition) != nullptr) active_->rules.set_state(partition, state);
  }
  const auto doomed = store_.topics_to_delete(watch);
  if (!doomed) return failed(doomed.error());
  for (const auto& topic : *doomed) {
    if (active_->rules.topics().contains(topic)) active_->rules.mark_for_deletion(topic);
  }
  if (!watches_early_) {
    (void)store_.isr_changes(Watch::once);
    (void)store_.brokers(Watch::once);
    (void)store_.topics(Watch::once);
    (void)store_.topics_to_delete(Watch::once);
  }
  state_live_brokers();

  std::set<TopicPartition> changed;
  std::set<TopicPartition> created;
  if (settle(changed, created) == Step::failed) return Step::failed;
  OrdersOf orders;
  active_->rules.tell_everything(orders);
  channels_.send(std::move(orders));
  return resume_deletions();
}

// ---- what changes ----

void ZookeeperController::state_live_brokers() {
  node_.record(LiveBrokersChanged{.controller = settings_.self, .live = active_->rules.live()});
}

ZookeeperController::Step ZookeeperController::on_brokers_changed() {
  const auto now = store_.brokers(Watch::once);
  if (!now) return failed(now.error());
  Controller& rules = active_->rules;

  std::set<BrokerId> gone;
  std::set<BrokerId> come;
  for (const auto& [id, known] : rules.brokers()) {
    const auto found = now->find(id);
    if (found == now->end() || found->second.epoch != known.epoch) gone.insert(id);
  }
  for (const auto& [id, broker] : *now) {
    const auto known = rules.brokers().find(id);
    if (known == rules.brokers().end() || known->second.epoch != broker.epoch) come.insert(id);
    if (known != rules.brokers().end() && known->second.epoch != broker.epoch)
      node_.probe(broker_bounced);
  }
  if (gone.empty() && come.empty()) return Step::done;

  if (!gone.empty()) {
    for (const BrokerId id : gone) {
      rules.remove_broker(id);
      channels_.close(id);
    }
    active_->deleting.clear();  // begun again when all replicas are back (K-CTL-17)
    state_live_brokers();
    if (settle_and_tell() == Step::failed) return Step::failed;
  }
  if (come.empty()) return Step::done;
  for (const BrokerId id : come) {
    rules.set_broker(id, now->at(id));
    channels_.open(id, now->at(id));
  }
  state_live_brokers();
  std::set<TopicPartition> changed;
  std::set<TopicPartition> created;
  if (settle(changed, created) == Step::failed) return Step::failed;
  OrdersOf orders;
  rules.tell_newcomers(orders, come);
  channels_.send(std::move(orders));
  OrdersOf news;
  rules.tell_changed(news, changed, created);
  channels_.send(std::move(news));
  return resume_deletions();
}

ZookeeperController::Step ZookeeperController::learn_topics(Watch watch,
                                                            std::set<std::string>& fresh) {
  const auto names = store_.topics(watch);
  if (!names) return failed(names.error());
  Controller& rules = active_->rules;
  std::vector<std::string> lost;
  for (const auto& [topic, assignment] : rules.topics()) {
    if (!std::ranges::binary_search(*names, topic)) lost.push_back(topic);
  }
  for (const auto& topic : lost) rules.forget_topic(topic);

  std::vector<TopicPartition> partitions;
  for (const auto& name : *names) {
    if (rules.topics().contains(name)) continue;
    auto assignment = store_.topic(name);
    if (assignment.is(Code::no_node)) continue;
    if (!assignment) return failed(assignment.error());
    const auto settings = store_.topic_settings(name);
    if (!settings) return failed(settings.error());
    const auto unclean = settings->find("unclean.leader.election.enable");
    const bool unclean_allowed =
        unclean == settings->end() ? settings_.unclean_by_default : unclean->second == "true";
    for (const auto& [index, replicas] : assignment->partitions)
      partitions.push_back({name, index});
    rules.set_topic(name, std::move(*assignment), unclean_allowed);
    fresh.insert(name);
  }
  return learn_states(partitions);
}

ZookeeperController::Step ZookeeperController::learn_states(
    const std::vector<TopicPartition>& partitions) {
  const auto states = store_.states(partitions);
  if (!states) return failed(states.error());
  for (const auto& [partition, state] : *states) active_->rules.set_state(partition, state);
  return Step::done;
}

ZookeeperController::Step ZookeeperController::on_topics_changed() {
  std::set<std::string> fresh;
  if (learn_topics(Watch::once, fresh) == Step::failed) return Step::failed;
  return settle_and_tell();
}

ZookeeperController::Step ZookeeperController::on_isr_changed() {
  const auto changes = store_.isr_changes(Watch::once);
  if (!changes) return failed(changes.error());
  std::set<TopicPartition> changed;
  std::vector<std::string> children;
  for (const auto& [child, partitions] : *changes) {
    children.push_back(child);
    for (const auto& partition : partitions) {
      if (active_->rules.replicas(partition) != nullptr) changed.insert(partition);
    }
  }
  if (learn_states({changed.begin(), changed.end()}) == Step::failed) return Step::failed;
  OrdersOf orders;
  active_->rules.tell_metadata(orders, changed);
  if (!changed.empty()) channels_.send(std::move(orders));
  if (const auto removed = store_.remove_isr_changes(active_->term, children); !removed)
    return failed(removed.error());
  return Step::done;
}

ZookeeperController::Step ZookeeperController::on_rebalance() {
  std::set<TopicPartition> changed;
  std::set<TopicPartition> created;
  bool conflicted = false;
  const auto plan = active_->rules.plan_preferred(settings_.imbalance_percentage);
  if (store(plan, changed, created, conflicted) == Step::failed) return Step::failed;
  if (changed.empty()) return Step::done;
  OrdersOf orders;
  active_->rules.tell_changed(orders, changed, created);
  channels_.send(std::move(orders));
  return Step::done;
}

// ---- storing and telling ----

ZookeeperController::Step ZookeeperController::store(const std::vector<StateChange>& plan,
                                                     std::set<TopicPartition>& changed,
                                                     std::set<TopicPartition>& created,
                                                     bool& conflicted) {
  std::vector<TopicPartition> refused;
  for (const auto& change : plan) {
    node_.yield(before_controller_write);
    if (!active_) return Step::failed;
    const auto version = store_.store_state(active_->term, change);
    if (!version) return failed(version.error());
    if (!*version) {
      refused.push_back(change.partition);
      continue;
    }
    LeaderAndIsr state = change.state;
    state.version = **version;
    active_->rules.set_state(change.partition, state);
    changed.insert(change.partition);
    if (change.is_creation) created.insert(change.partition);
    node_.record(LeaderElected{.partition = to_string(change.partition),
                               .leader = state.leader,
                               .epoch = state.leader_epoch,
                               .isr = state.isr,
                               .controller_epoch = state.controller_epoch,
                               .unclean = change.is_unclean});
  }
  conflicted = !refused.empty();
  return learn_states(refused);  // a leader has changed the ISR meanwhile
}

ZookeeperController::Step ZookeeperController::settle(std::set<TopicPartition>& changed,
                                                      std::set<TopicPartition>& created) {
  for (int round = 0; round < settle_rounds; ++round) {
    const auto plan = active_->rules.plan();
    if (plan.empty()) return Step::done;
    bool conflicted = false;
    if (store(plan, changed, created, conflicted) == Step::failed) return Step::failed;
    if (!conflicted) return Step::done;
  }
  return Step::done;
}

ZookeeperController::Step ZookeeperController::settle_and_tell(OrdersOf orders) {
  std::set<TopicPartition> changed;
  std::set<TopicPartition> created;
  const auto step = settle(changed, created);
  if (!active_) return Step::failed;
  // Even after a failure half way: what is stored is true and has to be told.
  active_->rules.tell_changed(orders, changed, created);
  channels_.send(std::move(orders));
  return step;
}

// ---- deletion of topics ----

ZookeeperController::Step ZookeeperController::on_deletions_changed() {
  const auto doomed = store_.topics_to_delete(Watch::once);
  if (!doomed) return failed(doomed.error());
  for (const auto& topic : *doomed) {
    if (active_->rules.topics().contains(topic)) {
      active_->rules.mark_for_deletion(topic);
      continue;
    }
    const auto removed =
        store_.guarded(active_->term, {zookeeper::remove_op(znode::deleted_topic(topic))});
    if (!removed && !removed.is(Code::no_node)) return failed(removed.error());
  }
  return resume_deletions();
}

ZookeeperController::Step ZookeeperController::resume_deletions() {
  OrdersOf orders;
  for (const auto& topic : active_->rules.deletable_topics()) {
    if (active_->deleting.contains(topic)) continue;
    auto& waiting = active_->deleting[topic];
    for (const auto& [index, replicas] : active_->rules.topics().at(topic).partitions) {
      waiting.insert(replicas.begin(), replicas.end());
    }
    active_->rules.tell_deletion(orders, topic);
  }
  if (!orders.empty()) channels_.send(std::move(orders));
  return Step::done;
}

void ZookeeperController::on_stopped(BrokerId broker, const StopReplicaRequest& request,
                                     const StopReplicaResponse& response) {
  if (!active_ || request.controller_epoch != active_->term.epoch) return;
  for (const auto& topic : request.topic_states) {
    const auto found = active_->deleting.find(topic.topic_name);
    if (found == active_->deleting.end()) continue;
    const bool all_gone =
        std::ranges::none_of(response.partition_errors, [&](const PartitionError& error) {
          return error.topic_name == topic.topic_name && error.error_code != ErrorCode::none;
        });
    if (all_gone) found->second.erase(broker);
  }
  put(Kind::replicas_deleted);
}

ZookeeperController::Step ZookeeperController::on_replicas_deleted() {
  std::vector<std::string> finished;
  for (const auto& [topic, waiting] : active_->deleting) {
    if (waiting.empty()) finished.push_back(topic);
  }
  for (const auto& topic : finished) {
    const auto known = active_->rules.topics().find(topic);
    if (known != active_->rules.topics().end()) {
      const auto removed = store_.remove_topic(active_->term, topic, known->second);
      if (!removed) return failed(removed.error());
    }
    active_->deleting.erase(topic);
    active_->rules.forget_topic(topic);
    node_.record(TopicDeleted{.topic = topic});
  }
  return Step::done;
}

}  // namespace logquake::kafka
