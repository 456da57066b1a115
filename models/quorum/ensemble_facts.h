// What the members of an ensemble tell about elections, epochs, histories and commits: everything
// that the promises of Z-INV-1 to Z-INV-11, 22, 24 and 25 speak of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "models/quorum/wire/ids.h"
#include "sim/base/format.h"
#include "sim/trace/fact.h"

namespace logquake::zookeeper {

// ---- election and discovery ----

/// A member looks for a leader, with its initial vote. Source: Z-EL-1, Z-EL-4.
struct ElectionStarted {
  static constexpr std::string_view kind = "zookeeper.looking";
  static constexpr sim::Level level = sim::Level::info;
  std::int64_t round = 0;  // logicalClock
  Zxid zxid;               // of its vote; a marker where it led and proposed nothing (Z-EL-16)
  std::int64_t epoch = 0;  // currentEpoch
  template <class Io>
  void io(Io& io) {
    io("round", round);
    io("zxid", zxid);
    io("epoch", epoch);
  }
  std::string sentence() const;
  std::string state() const { return "LOOKING"; }
};

/// A member has made up its mind. It may be wrong: safety is discovery's (Z-EL-14). Source: Z-EL-7,
/// Z-EL-8.
struct ElectionDecided {
  static constexpr std::string_view kind = "zookeeper.election-decided";
  static constexpr sim::Level level = sim::Level::info;
  std::string role;  // "leading", "following", "observing"
  std::int64_t leader = 0;
  std::int64_t round = 0;
  template <class Io>
  void io(Io& io) {
    io("role", role);
    io("leader", leader);
    io("round", round);
  }
  std::string sentence() const;
  std::string state() const {
    return role == "leading" ? "LEADING" : role == "following" ? "FOLLOWING" : "OBSERVING";
  }
};

/// A leader has heard a quorum and chosen the number of its epoch. Source: Z-DI-4.
struct EpochProposed {
  static constexpr std::string_view kind = "zookeeper.epoch-proposed";
  static constexpr sim::Level level = sim::Level::debug;
  std::int64_t epoch = 0;
  template <class Io>
  void io(Io& io) {
    io("epoch", epoch);
  }
  std::string sentence() const;
};

/// acceptedEpoch is durable: nobody with a lower epoch will be followed any more. Source: Z-DI-1.
struct EpochPromised {
  static constexpr std::string_view kind = "zookeeper.epoch-promised";
  static constexpr sim::Level level = sim::Level::debug;
  std::int64_t epoch = 0;
  template <class Io>
  void io(Io& io) {
    io("epoch", epoch);
  }
  std::string sentence() const;
};

/// currentEpoch is durable: the history of that epoch's leader is this member's own. Source:
/// Z-DI-1, Z-SY-6.
struct EpochAdopted {
  static constexpr std::string_view kind = "zookeeper.epoch-adopted";
  static constexpr sim::Level level = sim::Level::debug;
  std::int64_t epoch = 0;
  template <class Io>
  void io(Io& io) {
    io("epoch", epoch);
  }
  std::string sentence() const;
};

/// What the epoch files and the history said when the process started. Source: Z-DI-1, Z-DI-9.
struct EpochsRead {
  static constexpr std::string_view kind = "zookeeper.epochs-read";
  static constexpr sim::Level level = sim::Level::debug;
  std::int64_t accepted = 0;
  std::int64_t current = 0;
  Zxid zxid;
  template <class Io>
  void io(Io& io) {
    io("accepted", accepted);
    io("current", current);
    io("zxid", zxid);
  }
  std::string sentence() const;
};

/// A voter has promised an epoch above that of the running leader and cannot join it. Source:
/// Z-DI-10.
struct VoterStranded {
  static constexpr std::string_view kind = "zookeeper.voter-stranded";
  static constexpr sim::Level level = sim::Level::warn;
  std::int64_t accepted = 0;  // its promise
  std::int64_t epoch = 0;     // of the leader
  template <class Io>
  void io(Io& io) {
    io("accepted", accepted);
    io("epoch", epoch);
  }
  std::string sentence() const;
};

// ---- synchronization ----

/// The leader has chosen how to bring a learner up to date. Source: Z-SY-2.
struct LearnerSynchronized {
  static constexpr std::string_view kind = "zookeeper.learner-synchronized";
  static constexpr sim::Level level = sim::Level::info;
  std::int64_t learner = 0;
  std::string method;  // "DIFF", "TRUNC", "SNAP"
  Zxid from;           // its last zxid
  Zxid to;             // where it will stand
  template <class Io>
  void io(Io& io) {
    io("learner", learner);
    io("method", method);
    io("from", from);
    io("to", to);
  }
  std::string sentence() const;
};

/// A learner tells the leader that its history and epoch are durable. Source: Z-SY-6 (d).
struct NewLeaderAcked {
  static constexpr std::string_view kind = "zookeeper.new-leader-acked";
  static constexpr sim::Level level = sim::Level::debug;
  std::int64_t epoch = 0;
  template <class Io>
  void io(Io& io) {
    io("epoch", epoch);
  }
  std::string sentence() const;
};

/// A quorum follows: everything in the leader's history is committed. Source: Z-SY-7, Z-SY-9.
struct LeaderEstablished {
  static constexpr std::string_view kind = "zookeeper.leader-established";
  static constexpr sim::Level level = sim::Level::info;
  std::int64_t epoch = 0;
  Zxid zxid;  // the last transaction of its history
  template <class Io>
  void io(Io& io) {
    io("epoch", epoch);
    io("zxid", zxid);
  }
  std::string sentence() const;
  std::string state() const { return format("LEADING, epoch {}", epoch); }
};

/// A member serves clients from now on: all it has is delivered. Source: Z-SY-7, Z-SY-8.
struct ServingStarted {
  static constexpr std::string_view kind = "zookeeper.serving-started";
  static constexpr sim::Level level = sim::Level::info;
  std::string mode;  // "leader", "follower", "observer", "read-only"
  std::int64_t epoch = 0;
  Zxid zxid;                 // the last transaction
  std::uint64_t digest = 0;  // of the state at it (Z-INV-9)
  template <class Io>
  void io(Io& io) {
    io("mode", mode);
    io("epoch", epoch);
    io("zxid", zxid);
    io("digest", digest);
  }
  std::string sentence() const;
  std::string state() const { return "serves as " + mode; }
};

/// It serves nobody any more, and all its clients' connections are closed. Source: Z-BC-5.
struct ServingStopped {
  static constexpr std::string_view kind = "zookeeper.serving-stopped";
  static constexpr sim::Level level = sim::Level::info;
  std::string why;
  template <class Io>
  void io(Io& io) {
    io("why", why);
  }
  std::string sentence() const;
  std::string state() const { return "serves nobody"; }
};

// ---- the life of a transaction ----

/// The leader has numbered a transaction. `content` is a hash of all its fields.
struct TransactionProposed {
  static constexpr std::string_view kind = "zookeeper.proposed";
  static constexpr sim::Level level = sim::Level::debug;
  Zxid zxid;
  std::uint64_t content = 0;
  template <class Io>
  void io(Io& io) {
    io("zxid", zxid);
    io("content", content);
  }
  std::string sentence() const;
};

/// It is in a member's log, not yet durable: the next zookeeper.log-synced makes it so.
struct TransactionAppended {
  static constexpr std::string_view kind = "zookeeper.appended";
  static constexpr sim::Level level = sim::Level::debug;
  Zxid zxid;
  std::uint64_t content = 0;
  template <class Io>
  void io(Io& io) {
    io("zxid", zxid);
    io("content", content);
  }
  std::string sentence() const;
};

/// A follower tells its leader that the proposal is durable. Source: Z-BC-2.
struct ProposalAcked {
  static constexpr std::string_view kind = "zookeeper.proposal-acked";
  static constexpr sim::Level level = sim::Level::debug;
  Zxid zxid;
  template <class Io>
  void io(Io& io) {
    io("zxid", zxid);
  }
  std::string sentence() const;
};

/// The leader has counted a quorum of acks. Source: Z-BC-3.
struct TransactionCommitted {
  static constexpr std::string_view kind = "zookeeper.committed";
  static constexpr sim::Level level = sim::Level::debug;
  Zxid zxid;
  template <class Io>
  void io(Io& io) {
    io("zxid", zxid);
  }
  std::string sentence() const;
};

/// A serving member has applied it: its clients can see it. Source: Z-INV-2.
struct TransactionDelivered {
  static constexpr std::string_view kind = "zookeeper.delivered";
  static constexpr sim::Level level = sim::Level::debug;
  Zxid zxid;
  std::uint64_t content = 0;
  std::uint64_t digest = 0;  // of the state after it
  template <class Io>
  void io(Io& io) {
    io("zxid", zxid);
    io("content", content);
    io("digest", digest);
  }
  std::string sentence() const;
};

/// A member has cut its history: everything above `to` is durably gone. Source: Z-SY-3.
struct HistoryTruncated {
  static constexpr std::string_view kind = "zookeeper.truncated";
  static constexpr sim::Level level = sim::Level::info;
  Zxid from;  // its last one before
  Zxid to;
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("to", to);
  }
  std::string sentence() const;
};

/// A member has taken the leader's whole state for its own, in memory; the snapshot that makes it
/// durable follows as zookeeper.snapshot-taken. Source: Z-SY-5.
struct HistoryReplaced {
  static constexpr std::string_view kind = "zookeeper.replaced";
  static constexpr sim::Level level = sim::Level::info;
  Zxid from;  // its last one before
  Zxid zxid;  // of the state; may be a marker
  std::uint64_t digest = 0;
  template <class Io>
  void io(Io& io) {
    io("from", from);
    io("zxid", zxid);
    io("digest", digest);
  }
  std::string sentence() const;
};

/// A server has heard from another what this may never say: it drops the link, or its process
/// exits. Source: Z-SY-7, Z-BC-4, Z-BC-7.
struct ProtocolViolated {
  static constexpr std::string_view kind = "zookeeper.protocol-violated";
  static constexpr sim::Level level = sim::Level::warn;
  std::string why;
  template <class Io>
  void io(Io& io) {
    io("why", why);
  }
  std::string sentence() const;
};

/// A session's requests are taken at another server from now on, says the leader. Source: Z-SE-11.
struct SessionMoved {
  static constexpr std::string_view kind = "zookeeper.session-moved";
  static constexpr sim::Level level = sim::Level::debug;
  SessionId session;
  std::int64_t server = 0;
  template <class Io>
  void io(Io& io) {
    io("session", session);
    io("server", server);
  }
  std::string sentence() const;
};

}  // namespace logquake::zookeeper
