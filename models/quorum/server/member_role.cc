#include "models/quorum/server/member_role.h"

#include <algorithm>
#include <utility>

#include "models/quorum/ensemble_facts.h"

namespace logquake::zookeeper {
namespace {

constexpr std::size_t most_waiting = 1000;  // globalOutstandingLimit's default

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;  // Clang 14 does not deduce it by itself

}  // namespace

MemberRole::MemberRole(Member& member)
    : member_(member),
      order_(member.clients),
      has_events_(member.node, "something to do for the ensemble"),
      has_room_(member.node, "room among the outstanding requests") {}

void MemberRole::run() {
  const auto self = shared_from_this();
  history().on_durable = [this](Zxid zxid) { post([this, zxid] { perform(logged(zxid)); }); };
  if (!begin()) is_over_ = true;
  while (!is_over_) {
    const auto left = deadline() == Instant::max() ? sim::forever : deadline() - node().now();
    if (left <= Duration::zero()) {
      expire();
    } else if (events_.empty()) {
      has_events_.wait(left);
    } else {
      const auto event = std::move(events_.front());
      events_.pop_front();
      event();
      has_room_.notify_all();
    }
  }
  history().on_durable = nullptr;
  events_.clear();
  if (member_.clients.is_open()) {
    member_.clients.shut();
    node().record(ServingStopped{why_});
  }
  has_room_.notify_all();
  finish();
}

void MemberRole::post(Event event) {
  if (is_over_) return;
  events_.push_back([cause = node().cause(), this, event = std::move(event)] {
    node().set_cause(cause);
    event();
  });
  has_events_.notify_one();
}

void MemberRole::wait_for_room() {
  has_room_.wait_until(
      [this] { return is_over_ || order_.waiting() + events_.size() < most_waiting; });
}

void MemberRole::describe(ServerStatistics& statistics) const {
  statistics.outstanding = static_cast<std::int64_t>(order_.waiting() + events_.size());
  const auto& servers = settings().servers;
  statistics.quorum_size = std::count_if(servers.begin(), servers.end(),
                                         [](const auto& server) { return !server.is_observer; });
}

void MemberRole::perform(ZabActions actions) {
  for (const auto& action : actions) {
    if (is_over_) return;
    carry_out(action);
  }
}

void MemberRole::carry_out(const ZabAction& action) {
  std::visit(
      Overloaded{
          [&](const StoreAcceptedEpoch& store) { history().store_accepted_epoch(store.epoch); },
          [&](const StoreCurrentEpoch& store) { history().store_current_epoch(store.epoch); },
          [&](const SaveSnapshot&) { history().save_snapshot(); },
          [&](const TruncateTo& cut) { history().truncate_to(cut.to); },
          [&](const AppendDurably& append) { history().append_durably(append.transactions); },
          [&](const Append& append) { history().append(append.transaction); },
          [&](const InstallSnapshot& install) {
            history().install_snapshot(install.zxid, install.snapshot);
          },
          [&](const ApplyHistory& apply) { history().apply_history(apply.transaction); },
          [&](const Deliver& committed) { deliver(committed.transaction); },
          [&](const CompleteSync& sync) { order_.complete_sync(sync.session, sync.xid); },
          [&](const GiveUp& over) { give_up(over.why); },
          [&](const ExitProcess& over) {
            node().record(ProtocolViolated{over.why});
            node().exit(over.why);
          },
          [&](const auto&) { act(action); },
      },
      action);
}

void MemberRole::deliver(const Transaction& transaction) {
  order_.commit(transaction);
  history().applied(transaction);
  node().record(
      TransactionDelivered{transaction.zxid, content_of(transaction), history().tree().digest()});
}

void MemberRole::start_serving(std::string_view mode, std::int64_t epoch) {
  member_.on_settled(epoch);
  node().record(ServingStarted{std::string(mode), epoch, history().tree().last_zxid(),
                               history().tree().digest()});
  member_.clients.open(shared_from_this());
}

void MemberRole::give_up(std::string why) {
  if (is_over_) return;
  is_over_ = true;
  why_ = std::move(why);
  has_events_.notify_one();
}

}  // namespace logquake::zookeeper
