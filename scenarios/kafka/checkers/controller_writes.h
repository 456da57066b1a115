// What controllers write to ZooKeeper, told apart from what others write, for the checkers of their
// epochs. Source: Z-KZ-4, Z-KZ-6, Z-KZ-9.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "models/broker/controller/zookeeper_schema.h"
#include "models/quorum/facts.h"
#include "scenarios/zookeeper/checkers/first_told.h"
#include "sim/trace/trace.h"

namespace logquake::scenario {

/// A broker has won an election.
struct EpochRaised {
  kafka::ControllerEpoch epoch;
  zookeeper::SessionId session;
  std::optional<kafka::BrokerId> broker;  // whom the /controller of the same transaction names
};

/// A write that only controllers make, and that ZooKeeper accepted.
struct ControllerWrite {
  std::string path;
  std::string_view deed;  // "written" or "deleted"
  zookeeper::SessionId session;
  std::optional<kafka::ControllerEpoch> epoch;  // where what is written names one
  bool is_state = false;                        // of a partition
};

/// Transactions took effect of which nobody lived to tell. `is_loss`: others are undone.
struct Untold {
  bool is_loss = false;
};

class ControllerWrites {
 public:
  using Heard = std::variant<std::monostate, EpochRaised, ControllerWrite, Untold>;

  /// What the fact says of controllers. Of the accounts that the members of an ensemble give of a
  /// transaction only the first counts.
  Heard hear(const sim::TraceEvent& event);

 private:
  Heard on_created(const zookeeper::ZnodeCreated& created);
  Heard on_changed(const zookeeper::ZnodeChanged& changed);
  Heard on_deleted(const zookeeper::ZnodeDeleted& deleted);

  struct StateWrite {
    const std::string& path;
    std::int32_t version;
    zookeeper::SessionId session;
    const std::string& data;
  };
  Heard on_state(const StateWrite& write);

  struct Known {
    std::int32_t version = 0;
    kafka::LeaderEpoch leader_epoch{};
  };
  struct Candidate {
    zookeeper::Zxid zxid;
    std::optional<kafka::BrokerId> broker;
  };

  FirstTold told_;
  std::map<std::string, Known> states_;
  Candidate candidate_;  // of the last /controller that was created
};

}  // namespace logquake::scenario
