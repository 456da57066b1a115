// For tests of ZooKeeper's checkers: facts of several machines, made by hand.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "models/quorum/client/client_facts.h"
#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
#include "scenarios/engine/checker_testing.h"
#include "scenarios/zookeeper/ensemble.h"

namespace logquake::scenario::testing {

/// Transaction `counter` of epoch `epoch`.
constexpr zookeeper::Zxid z(std::int64_t epoch, std::int64_t counter) {
  return zookeeper::make_zxid(epoch, counter);
}

inline Ensemble three_servers() {
  Ensemble ensemble;
  for (const auto* node : {"a", "b", "c"})
    ensemble.members.push_back({node, static_cast<std::int64_t>(ensemble.members.size()) + 1});
  return ensemble;
}
inline Ensemble one_server() { return {{{"a", 1}}}; }

/// What the machines a, b, c and others state to one checker: a story that can be copied and told
/// on in several ways.
class EnsembleWitness {
 public:
  explicit EnsembleWitness(CheckerFactory factory) : factory_(std::move(factory)) {}

  template <sim::FactLike Fact>
  EnsembleWitness& on(std::string node, const Fact& fact) {
    story_.push_back([node = std::move(node), fact](Judges& judges, std::int64_t number) {
      judges.hear({.id = sim::EventId(number),
                   .cause = {},
                   .at = Instant(std::chrono::milliseconds(number)),
                   .node = sim::NodeId(0),
                   .node_name = node,
                   .node_hash = 0,
                   .type = &sim::fact_type<Fact>,
                   .fact = &fact});
    });
    return *this;
  }
  /// The node has logged the transactions from..to of an epoch, and synced them if `is_durable`.
  EnsembleWitness& log(const std::string& node, std::int64_t epoch, std::int64_t from,
                       std::int64_t to, bool is_durable = true) {
    for (auto counter = from; counter <= to; ++counter)
      on(node, zookeeper::TransactionAppended{z(epoch, counter), content(epoch, counter)});
    return is_durable ? on(node, zookeeper::LogSynced{z(epoch, to)}) : *this;
  }
  EnsembleWitness& propose(const std::string& node, std::int64_t epoch, std::int64_t from,
                           std::int64_t to) {
    for (auto counter = from; counter <= to; ++counter)
      on(node, zookeeper::TransactionProposed{z(epoch, counter), content(epoch, counter)});
    return *this;
  }
  EnsembleWitness& deliver(const std::string& node, std::int64_t epoch, std::int64_t counter) {
    return on(node, zookeeper::TransactionDelivered{z(epoch, counter), content(epoch, counter), 0});
  }
  EnsembleWitness& serve(const std::string& node, std::int64_t epoch, zookeeper::Zxid zxid) {
    return on(node, zookeeper::ServingStarted{"follower", epoch, zxid, 0});
  }
  EnsembleWitness& establish(const std::string& node, std::int64_t epoch, zookeeper::Zxid zxid) {
    return on(node, zookeeper::LeaderEstablished{epoch, zxid});
  }
  /// The clauses broken when all that has been told and the run is over.
  Clauses broken() const { return judged().broken_clauses(); }
  Clauses excused() const { return judged().excusing_clauses(); }
  std::string told() const { return judged().told(); }

  static constexpr std::uint64_t content(std::int64_t epoch, std::int64_t counter) {
    return static_cast<std::uint64_t>(epoch * 1000 + counter);
  }

 private:
  Judges judged() const {
    Judges judges({factory_});
    std::int64_t number = 0;
    for (const auto& fact : story_) fact(judges, ++number);
    if (judges.broken_clauses().empty()) judges.end(true);
    return judges;
  }

  CheckerFactory factory_;
  std::vector<std::function<void(Judges&, std::int64_t)>> story_;
};

}  // namespace logquake::scenario::testing
