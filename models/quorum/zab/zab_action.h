// What the rules of ZAB ask their carrier to do. Actions are performed one after another, in their
// order, each to its end (a write that must be durable is durable) before the next begins; a crash
// may fall between any two. Source: Z-FM-1.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "models/quorum/tree/transaction.h"
#include "models/quorum/zab/quorum_packet.h"

namespace logquake::zookeeper {

// ---- durable writes: block until they are on the disk ----

/// acceptedEpoch := epoch, durably. Source: Z-DI-1.
struct StoreAcceptedEpoch {
  std::int64_t epoch = 0;
};
/// currentEpoch := epoch, durably. Source: Z-DI-1.
struct StoreCurrentEpoch {
  std::int64_t epoch = 0;
};
/// Saves the state as it is in memory as a snapshot, durably. Source: Z-SY-6 (a), Z-SY-12.
struct SaveSnapshot {};
/// Cuts everything above `to` off the log, durably, with the snapshots that hold more, and makes
/// the memory say the same; the process exits where `to` is not in its history. Source: Z-SY-3,
/// Z-SY-11.
struct TruncateTo {
  Zxid to;
};
/// Appends to the log and waits until it is durable. Source: Z-SY-6 (b).
struct AppendDurably {
  std::vector<Transaction> transactions;
};

// ---- work that goes on by itself ----

/// Appends to the log; when it is durable the carrier tells the rules, by logged(). Source: Z-BC-2.
struct Append {
  Transaction transaction;
};

// ---- state in memory ----

/// Drops the state and takes the leader's instead. On the disk it replaces the old one, log and
/// all, at the SaveSnapshot that follows: `zxid` may be below the end of that log. Source: Z-SY-5,
/// Z-SY-10.
struct InstallSnapshot {
  Zxid zxid;
  Bytes snapshot;
};
/// Applies to the state, before the server serves anybody: history, not news. Source: Z-SY-15.
struct ApplyHistory {
  Transaction transaction;
};
/// Applies a committed transaction: watches fire, its client is answered. Source: Z-BC-1.
struct Deliver {
  Transaction transaction;
};
/// Completes a client's sync at this server. Source: Z-SN-1.
struct CompleteSync {
  SessionId session;
  std::int32_t xid = 0;
};

// ---- messages ----

/// To the leader where the sender is a learner; `to` counts only at a leader.
struct SendPacket {
  ServerId to;
  QuorumPacket packet;
};
/// The leader's whole state as it is now, as a SNAP packet whose zxid is `zxid`.
struct SendSnapshot {
  ServerId to;
  Zxid zxid;
};
/// Ends the link to a learner.
struct DropLearner {
  ServerId learner;
  std::string why;
  bool is_violation = false;  // it said what it may never say
};

// ---- turns of life ----

/// The leader has chosen the number of its epoch. Source: Z-DI-4.
struct ProposeEpoch {
  std::int64_t epoch = 0;
};
/// How a learner is brought up to date: for the record only. Source: Z-SY-2.
struct SynchronizeLearner {
  ServerId learner;
  PacketType method{};  // diff, trunc or snap
  Zxid from;            // the learner's last one
  Zxid to;              // where it will stand
};
/// A quorum follows: the leader's history is committed; it begins to serve. Source: Z-SY-7.
struct Establish {
  std::int64_t epoch = 0;
};
/// The leader counts a quorum of acks: for the record, before the COMMIT leaves. Source: Z-INV-11.
struct Commit {
  Zxid zxid;
};
/// A learner begins to serve clients. Source: Z-SY-8.
struct StartServing {
  std::int64_t epoch = 0;
};
/// Back to LOOKING.
struct GiveUp {
  std::string why;
};
/// The process fails: a violation of the protocol that it must not survive. Source: Z-BC-4.
struct ExitProcess {
  std::string why;
};

using ZabAction =
    std::variant<StoreAcceptedEpoch, StoreCurrentEpoch, SaveSnapshot, TruncateTo, AppendDurably,
                 Append, InstallSnapshot, ApplyHistory, Deliver, CompleteSync, SendPacket,
                 SendSnapshot, DropLearner, ProposeEpoch, SynchronizeLearner, Establish, Commit,
                 StartServing, GiveUp, ExitProcess>;
using ZabActions = std::vector<ZabAction>;

/// One line, for golden files: "send PROPOSAL 0x100000001 to 2".
std::string to_string(const ZabAction& action);

}  // namespace logquake::zookeeper
