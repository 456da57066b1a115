#include "models/broker/replication/partition.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "models/broker/facts.h"
#include "models/broker/replication_probes.h"
#include "sim/base/format.h"

namespace logquake::kafka {

namespace {

using Lock = std::lock_guard<sim::Mutex>;

std::vector<BrokerId> without(const std::vector<BrokerId>& all, const std::vector<BrokerId>& some) {
  std::vector<BrokerId> rest;
  std::ranges::copy_if(all, std::back_inserter(rest),
                       [&](BrokerId id) { return std::ranges::find(some, id) == some.end(); });
  return rest;
}

Error trouble(ErrorCode code, std::string_view deed, const std::string& partition) {
  return {code, format("{} {}", deed, partition)};
}

}  // namespace

PartitionWatch::PartitionWatch(sim::Node& node, std::vector<Partition*> partitions)
    : partitions_(std::move(partitions)), changed_(node, "a partition to change") {
  for (Partition* partition : partitions_) partition->watches_.push_back(this);
}

PartitionWatch::~PartitionWatch() {
  for (Partition* partition : partitions_) std::erase(partition->watches_, this);
}

Partition::Partition(const PartitionContext& context, TopicPartition id, Uuid topic_id, Log& log)
    : context_(context),
      id_(std::move(id)),
      name_(to_string(id_)),
      topic_id_(topic_id),
      log_(log),
      replica_(context.self,
               [&] {
                 ReplicaRules rules = context.rules;
                 rules.min_insync_replicas = log.config().min_insync_replicas;
                 return rules;
               }()),
      changing_(context.node, "a partition's turn") {}

ReplicaView Partition::view() const {
  return {.now = context_.node.now(),
          .log_end = log_.log_end(),
          .high_watermark = log_.high_watermark(),
          .live = context_.metadata.live()};
}

void Partition::notify() {
  for (PartitionWatch* watch : watches_) watch->changed_.notify_all();
}

void Partition::perform(const ReplicaEffects& effects) {
  if (effects.high_watermark && log_.raise_high_watermark(*effects.high_watermark)) {
    context_.node.record(HighWatermarkAdvanced{.partition = name_,
                                               .leader = context_.self,
                                               .epoch = replica_.leader_epoch(),
                                               .offset = log_.high_watermark(),
                                               .log_end = log_.log_end()});
    notify();
  }
  if (effects.propose) context_.propose(*this, *effects.propose);
}

// ---- roles ----

Outcome<bool> Partition::lead(const PartitionState& state, ControllerEpoch controller_epoch) {
  const Lock lock(changing_);
  if (gone_ || !replica_.accepts(state)) return false;
  if (state.leader_epoch > replica_.leader_epoch() || !replica_.is_leader()) {
    const auto begun = log_.begin_epoch(state.leader_epoch);
    if (!begun) return begun.error();
    if (!replica_.accepts(state)) return false;
  }
  controller_epoch_ = controller_epoch;
  const auto effects = replica_.become_leader(state, view());
  ++role_changes_;
  context_.node.record(BecameLeader{.partition = name_,
                                    .leader = context_.self,
                                    .epoch = state.leader_epoch,
                                    .isr = state.isr,
                                    .epoch_start = replica_.epoch_start(),
                                    .high_watermark = log_.high_watermark()});
  perform(effects);
  notify();
  return true;
}

Outcome<bool> Partition::follow(const PartitionState& state, ControllerEpoch controller_epoch) {
  const Lock lock(changing_);
  if (gone_ || !replica_.accepts(state)) return false;
  controller_epoch_ = controller_epoch;
  replica_.become_follower(state);
  ++role_changes_;
  context_.node.record(BecameFollower{.partition = name_,
                                      .broker = context_.self,
                                      .leader = state.leader,
                                      .epoch = state.leader_epoch,
                                      .log_end = log_.log_end()});
  notify();
  if (context_.truncates_to_high_watermark && state.leader != no_broker) {
    if (const auto cut = truncate(log_.high_watermark(), "it follows a new leader"); !cut)
      return cut.error();
  }
  return true;
}

void Partition::stop(bool for_good) {
  const Lock lock(changing_);
  replica_.stop();
  gone_ = gone_ || for_good;
  ++role_changes_;
  notify();
}

// ---- as leader ----

Result<LeaderAppend, AppendError> Partition::append(const RecordData& records, std::int16_t acks,
                                                    AppendOrigin origin) {
  context_.node.yield(before_append);
  const Lock lock(changing_);
  if (!replica_.is_leader()) {
    return AppendError{
        .code = ErrorCode::not_leader_or_follower,
        .message = format("append to {}: broker {} does not lead it", name_, context_.self),
        .records = {}};
  }
  if (acks == -1) {
    if (const auto error = replica_.check_enough_in_sync(); error != ErrorCode::none) {
      return AppendError{.code = error,
                         .message = format("append to {}: {} in sync, at least {} expected", name_,
                                           replica_.isr().size(), replica_.effective_min_isr()),
                         .records = {}};
    }
  }
  const LeaderEpoch epoch = replica_.leader_epoch();
  auto appended = log_.append_as_leader(records, epoch, origin);
  if (!appended) return appended.error();
  context_.node.yield(between_append_and_high_watermark);
  if (!appended->is_duplicate) {
    perform(replica_.on_append(view()));
    notify();
  }
  return LeaderAppend{std::move(*appended), epoch};
}

void Partition::check_lag() { perform(replica_.check_lag(view())); }

void Partition::on_isr_stored(const IsrProposal& proposal, std::int32_t partition_epoch) {
  const auto before = replica_.isr();
  const auto effects = replica_.on_isr_stored(proposal, partition_epoch, view());
  const auto& after = replica_.isr();
  if (after != before) {
    if (auto removed = without(before, after); !removed.empty()) {
      context_.node.record(IsrShrank{.partition = name_,
                                     .leader = context_.self,
                                     .epoch = replica_.leader_epoch(),
                                     .isr = after,
                                     .removed = std::move(removed)});
      if (after.size() == 1) context_.node.probe(isr_shrank_to_one);
    }
    if (auto added = without(after, before); !added.empty()) {
      Offset least = replica_.follower_end(added.front());
      for (const BrokerId id : added) least = std::min(least, replica_.follower_end(id));
      context_.node.record(IsrExpanded{.partition = name_,
                                       .leader = context_.self,
                                       .epoch = replica_.leader_epoch(),
                                       .isr = after,
                                       .added = std::move(added),
                                       .epoch_start = replica_.epoch_start(),
                                       .high_watermark = log_.high_watermark(),
                                       .follower_end = least});
    }
  }
  perform(effects);
  notify();
}

// ---- reading ----

Offset Partition::upper_bound(const FetchAsk& ask) const {
  if (ask.is_follower()) return log_.log_end();
  return ask.isolation == IsolationLevel::read_committed ? log_.last_stable_offset()
                                                         : log_.high_watermark();
}

Outcome<ReadBounds> Partition::bounds(const FetchAsk& ask) const {
  const auto error = ask.is_follower() ? replica_.check_follower(ask.replica, ask.current_epoch)
                                       : replica_.check_epoch(ask.current_epoch);
  if (error != ErrorCode::none) {
    if (error == ErrorCode::fenced_leader_epoch || error == ErrorCode::unknown_leader_epoch) {
      context_.node.probe(fetch_fenced);
    }
    return trouble(error, "fetch from", name_);
  }
  if (replica_.role() == ReplicaRole::none)
    return trouble(ErrorCode::not_leader_or_follower, "fetch from", name_);

  ReadBounds bounds{.epoch = replica_.leader_epoch(),
                    .log_start = log_.log_start(),
                    .log_end = log_.log_end(),
                    .high_watermark = log_.high_watermark(),
                    .last_stable = log_.last_stable_offset(),
                    .upper = {},
                    .diverging = std::nullopt};
  bounds.upper = upper_bound(ask);
  if (ask.last_fetched_epoch != no_leader_epoch) {
    const auto end = log_.end_offset_for(ask.last_fetched_epoch);
    if (!end.is_defined() || ask.offset < bounds.log_start) {
      return trouble(ErrorCode::offset_out_of_range, "fetch from", name_);
    }
    if (logs_diverge(end.epoch, end.end, ask.last_fetched_epoch, ask.offset)) {
      context_.node.probe(follower_diverged);
      bounds.diverging = EpochEndOffset{.epoch = end.epoch, .end_offset = end.end};
      return bounds;
    }
  }
  if (ask.offset < bounds.log_start || ask.offset > bounds.log_end) {
    return trouble(ErrorCode::offset_out_of_range, "fetch from", name_);
  }
  return bounds;
}

Outcome<Fetched> Partition::fetch(const FetchAsk& ask, std::int64_t max_bytes,
                                  bool whole_first_batch) const {
  auto seen = version();
  auto looked = bounds(ask);
  if (!looked) return looked.error();
  const auto reads = [&] {
    return !looked->diverging && ask.offset < looked->upper && (max_bytes > 0 || whole_first_batch);
  };
  Fetched fetched;
  if (reads()) {
    const auto roles = role_changes_;
    context_.node.yield(between_bounds_and_read);
    if (role_changes_ != roles && !context_.reads_past_stale_bound) {
      seen = version();
      looked = bounds(ask);
      if (!looked) return looked.error();
    }
  }
  if (reads()) {
    const Offset upper = context_.reads_past_stale_bound ? looked->upper : upper_bound(ask);
    auto read =
        log_.read(ask.offset,
                  {.max_bytes = max_bytes, .upper = upper, .whole_first_batch = whole_first_batch});
    if (!read) return read.error();
    fetched.read = std::move(*read);
  }
  fetched.bounds = *looked;
  fetched.version = seen;
  return fetched;
}

void Partition::note_progress(const FetchAsk& ask, const ReadBounds& bounds) {
  // What was accepted in another term says nothing in this one.
  if (!replica_.is_leader() || replica_.leader_epoch() != bounds.epoch) return;
  perform(
      replica_.on_follower_fetch(ask.replica, ask.offset, ask.log_start, bounds.log_end, view()));
}

// ---- as follower ----

std::optional<FetchPosition> Partition::position(LeaderEpoch epoch) const {
  if (gone_ || replica_.role() != ReplicaRole::follower || replica_.leader_epoch() != epoch)
    return std::nullopt;
  return FetchPosition{.epoch = epoch,
                       .offset = log_.log_end(),
                       .last_epoch = log_.latest_epoch().value_or(no_leader_epoch),
                       .log_start = log_.log_start()};
}

Outcome<> Partition::apply(const FetchPosition& asked, const FetchPartitionResult& fetched) {
  const Lock lock(changing_);
  if (position(asked.epoch) != asked) return {};
  if (!fetched.records.empty()) {
    const auto end = log_.append_as_follower(fetched.records);
    if (!end) return end.error();
  }
  set_follower_high_watermark(fetched.high_watermark);
  if (log_.log_end() >= fetched.high_watermark) has_caught_up_ = true;
  if (fetched.log_start_offset > log_.log_start() &&
      fetched.log_start_offset <= log_.high_watermark()) {
    if (const auto raised = log_.raise_log_start(fetched.log_start_offset); !raised)
      return raised.error();
  }
  if (!fetched.records.empty()) notify();
  return {};
}

void Partition::set_follower_high_watermark(Offset offset) {
  const Offset before = log_.high_watermark();
  const Offset after = log_.set_high_watermark(offset);
  if (after == before) return;
  context_.node.record(FollowerHighWatermarkMoved{.partition = name_,
                                                  .broker = context_.self,
                                                  .epoch = replica_.leader_epoch(),
                                                  .offset = after,
                                                  .log_end = log_.log_end()});
  notify();
}

Outcome<> Partition::truncate(Offset to, std::string_view why) {
  const Offset from = log_.log_end();
  const Offset high_watermark = log_.high_watermark();
  if (to < from) {
    if (to < high_watermark) context_.node.probe(truncated_below_high_watermark);
    context_.node.record(LogTruncated{.partition = name_,
                                      .broker = context_.self,
                                      .epoch = replica_.leader_epoch(),
                                      .to = to,
                                      .from = from,
                                      .high_watermark = high_watermark,
                                      .is_leader = replica_.is_leader(),
                                      .why = std::string(why)});
  }
  auto cut = log_.truncate_to(to);
  notify();
  return cut;
}

Outcome<> Partition::cut(const FetchPosition& asked, const EpochEndOffset& diverging) {
  const Lock lock(changing_);
  if (position(asked.epoch) != asked) return {};
  const auto own = log_.end_offset_for(diverging.epoch);
  const Offset to =
      truncation_point(diverging.epoch, diverging.end_offset, own.epoch, own.end, log_.log_end());
  return truncate(std::max(to, log_.log_start()), "its leader's log parts from its own");
}

Outcome<> Partition::adapt_to(const FetchPosition& asked, Offset leader_start, Offset leader_end) {
  const Lock lock(changing_);
  if (position(asked.epoch) != asked) return {};
  context_.node.probe(follower_out_of_range);
  if (leader_end < log_.log_end())
    return truncate(std::max(leader_end, log_.log_start()), "its leader's log ends before its own");
  if (leader_start <= log_.log_end()) return {};
  context_.node.record(
      LogTruncated{.partition = name_,
                   .broker = context_.self,
                   .epoch = replica_.leader_epoch(),
                   .to = log_.log_start(),
                   .from = log_.log_end(),
                   .high_watermark = log_.high_watermark(),
                   .is_leader = false,
                   .why = format("its leader's log begins only at {}", leader_start)});
  auto restarted = log_.restart_at(leader_start);
  notify();
  return restarted;
}

}  // namespace logquake::kafka
