// What the coordinator states about consumer groups beyond facts.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/protocol/ids.h"
#include "sim/trace/fact.h"

namespace logquake::kafka {

/// A group entered a state (K-GRP-1).
struct GroupStateChanged {
  static constexpr std::string_view kind = "group.state-changed";
  static constexpr sim::Level level = sim::Level::info;
  std::string group;
  BrokerId coordinator;
  std::string to;  // "PreparingRebalance"
  Generation generation;
  std::string leader;  // a member; empty while there is none
  std::vector<std::string> members;
  std::string why;
  template <class Io>
  void io(Io& io) {
    io("group", group);
    io("coordinator", coordinator);
    io("to", to);
    io("generation", generation);
    io("leader", leader);
    io("members", members);
    io("why", why);
  }
  std::string sentence() const;
  std::string subject() const;
  std::string state() const;
};

/// Somebody became a member (K-GRP-2).
struct GroupMemberJoined {
  static constexpr std::string_view kind = "group.member-joined";
  static constexpr sim::Level level = sim::Level::debug;
  std::string group;
  BrokerId coordinator;
  std::string member;
  std::string client_id;
  std::string client_host;
  template <class Io>
  void io(Io& io) {
    io("group", group);
    io("coordinator", coordinator);
    io("member", member);
    io("client_id", client_id);
    io("client_host", client_host);
  }
  std::string sentence() const;
};

/// A member left, fell silent or did not come along (K-GRP-7, 11, 12, 14).
struct GroupMemberRemoved {
  static constexpr std::string_view kind = "group.member-removed";
  static constexpr sim::Level level = sim::Level::info;
  std::string group;
  BrokerId coordinator;
  std::string member;
  std::string why;
  template <class Io>
  void io(Io& io) {
    io("group", group);
    io("coordinator", coordinator);
    io("member", member);
    io("why", why);
  }
  std::string sentence() const;
};

/// One member's share.
struct AssignedShare {
  std::string member;
  std::string client_id;
  std::vector<std::string>
      partitions;  // "orders-0"; empty also where the assignment is no consumer's
  template <class Io>
  void io(Io& io) {
    io("member", member);
    io("client_id", client_id);
    io("partitions", partitions);
  }
};

/// The leader's assignment is stored and handed out: K-INV-60 reads it (K-GRP-10).
struct GroupAssigned {
  static constexpr std::string_view kind = "group.assigned";
  static constexpr sim::Level level = sim::Level::debug;
  std::string group;
  BrokerId coordinator;
  Generation generation;
  std::vector<AssignedShare> shares;
  template <class Io>
  void io(Io& io) {
    io("group", group);
    io("coordinator", coordinator);
    io("generation", generation);
    io("shares", shares);
  }
  std::string sentence() const;
};

/// A broker knows the groups of one partition of __consumer_offsets (K-OFS-6).
struct GroupsLoaded {
  static constexpr std::string_view kind = "group.loaded";
  static constexpr sim::Level level = sim::Level::info;
  BrokerId coordinator;
  std::string partition;
  LeaderEpoch epoch;
  std::int32_t groups = 0;
  std::int32_t offsets = 0;
  template <class Io>
  void io(Io& io) {
    io("coordinator", coordinator);
    io("partition", partition);
    io("epoch", epoch);
    io("groups", groups);
    io("offsets", offsets);
  }
  std::string sentence() const;
};

/// It gave them up (K-GRP-17).
struct GroupsUnloaded {
  static constexpr std::string_view kind = "group.unloaded";
  static constexpr sim::Level level = sim::Level::debug;
  BrokerId coordinator;
  std::string partition;
  LeaderEpoch epoch;
  template <class Io>
  void io(Io& io) {
    io("coordinator", coordinator);
    io("partition", partition);
    io("epoch", epoch);
  }
};

/// A commit was admitted and will be stored: whose it is, and what the group is at that moment
/// (K-INV-64).
struct OffsetCommitAdmitted {
  static constexpr std::string_view kind = "group.commit-admitted";
  static constexpr sim::Level level = sim::Level::trace;
  std::string group;
  BrokerId coordinator;
  std::string member;
  Generation generation;        // of the member; -1 for who is in no group
  Generation group_generation;  // of the group
  template <class Io>
  void io(Io& io) {
    io("group", group);
    io("coordinator", coordinator);
    io("member", member);
    io("generation", generation);
    io("group_generation", group_generation);
  }
};

/// A commit was refused as a whole: the member or its generation is not the group's (K-INV-64).
struct OffsetCommitRefused {
  static constexpr std::string_view kind = "group.commit-refused";
  static constexpr sim::Level level = sim::Level::debug;
  std::string group;
  BrokerId coordinator;
  std::string member;
  Generation generation;
  std::string error;
  template <class Io>
  void io(Io& io) {
    io("group", group);
    io("coordinator", coordinator);
    io("member", member);
    io("generation", generation);
    io("error", error);
  }
};

/// A position is forgotten because nobody has used it for long (K-OFS-7).
struct OffsetExpired {
  static constexpr std::string_view kind = "group.offset-expired";
  static constexpr sim::Level level = sim::Level::info;
  std::string group;
  BrokerId coordinator;
  std::string partition;
  Offset offset;
  std::string group_state;
  template <class Io>
  void io(Io& io) {
    io("group", group);
    io("coordinator", coordinator);
    io("partition", partition);
    io("offset", offset);
    io("group_state", group_state);
  }
  std::string sentence() const;
};

}  // namespace logquake::kafka
