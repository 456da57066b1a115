#include <algorithm>

#include "defects.h"
#include "facts.h"
#include "messages.h"
#include "programs.h"
#include "sim/network/connection.h"
#include "sim/schedule/sync.h"
#include "value_log.h"

namespace counter {

using namespace logquake;

namespace {

constexpr Duration patience = 500ms;

class Primary {
 public:
  Primary(sim::Node& node, std::vector<std::string> copies)
      : node_(node),
        copies_(std::move(copies)),
        log_(node),
        kept_(copies_.size() + 1),
        changed_(node, "a new value"),
        confirmed_(node, "a confirmation") {}

  void run() {
    recover();
    node_.spawn("own-disk", [this] { keep_on_own_disk(); });
    for (std::size_t index = 0; index < copies_.size(); ++index) {
      node_.spawn("copy-to-" + copies_[index], [this, index] { keep_on_copy(index); });
    }
    auto listener = node_.listen(client_port);
    if (!listener) return;
    while (auto connection = listener->accept()) {
      auto shared = std::make_shared<sim::Connection>(std::move(*connection));
      node_.spawn("client", [this, shared] { serve(*shared); });
    }
  }

 private:
  // Reads from two of the three machines: any two share one with the two that kept a step.
  void recover() {
    value_ = log_.value();
    kept_[0] = value_;
    if (!node_.has(trust_own_disk)) {
      while (!ask_a_copy()) node_.sleep_for(100ms);
    }
    node_.record(PrimaryRecovered{log_.value(), value_});
  }

  bool ask_a_copy() {
    for (const auto& copy : copies_) {
      auto connection = node_.connect({copy, copy_port}, patience);
      if (!connection || !connection->send(Keep{0})) continue;
      const auto answer = connection->receive(patience);
      if (!answer || answer->as<Kept>() == nullptr) continue;
      value_ = std::max(value_, answer->as<Kept>()->value);
      return true;
    }
    return false;
  }

  void keep_on_own_disk() {
    while (true) {
      changed_.wait_until([this] { return kept_[0] < value_; });
      const auto value = value_;
      if (!log_.keep(value)) node_.exit("the disk fails");
      kept_[0] = value;
      confirmed_.notify_all();
    }
  }

  void keep_on_copy(std::size_t index) {
    while (true) {
      auto connection = node_.connect({copies_[index], copy_port}, patience);
      while (connection) {
        changed_.wait_until([this, index] { return kept_[index + 1] < value_; });
        if (!connection->send(Keep{value_})) break;
        const auto answer = connection->receive(patience);
        if (!answer || answer->as<Kept>() == nullptr) break;
        kept_[index + 1] = answer->as<Kept>()->value;
        confirmed_.notify_all();
      }
      node_.sleep_for(100ms);
    }
  }

  void serve(sim::Connection& client) {
    while (const auto request = client.receive(sim::forever)) {
      if (request->as<Add>() == nullptr) return;
      const auto value = ++value_;
      changed_.notify_all();
      confirmed_.wait_until([this, value] { return machines_with(value) >= 2; });
      node_.record(StepAcknowledged{value});
      if (!client.send(Added{value})) return;
    }
  }

  std::int64_t machines_with(std::int64_t value) const {
    return std::count_if(kept_.begin(), kept_.end(),
                         [value](std::int64_t kept) { return kept >= value; });
  }

  sim::Node& node_;
  std::vector<std::string> copies_;
  ValueLog log_;
  std::int64_t value_ = 0;
  std::vector<std::int64_t> kept_;  // durable on this machine, then on each copy
  sim::Signal changed_;
  sim::Signal confirmed_;
};

}  // namespace

sim::Program primary(std::vector<std::string> copies) {
  return [copies = std::move(copies)](sim::Node& node) { Primary(node, copies).run(); };
}

}  // namespace counter
