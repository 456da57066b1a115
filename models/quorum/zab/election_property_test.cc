// Elections of all kinds of ensembles: fixed seeds, random logs, starts, latencies and losses.
#include <gtest/gtest.h>

#include "models/quorum/zab/election_harness.h"
#include "sim/random.h"

namespace logquake::zookeeper {
namespace {

using testing::ElectionNetwork;

QuorumVerifier first_servers(std::int32_t count) {
  std::set<ServerId> all;
  for (std::int32_t id = 1; id <= count; ++id) all.insert(ServerId(id));
  return QuorumVerifier::majority_of(all);
}

/// A network of `verifier`'s voters with logs drawn at random, and delays of up to 40 ms.
class RandomElection {
 public:
  RandomElection(std::uint64_t seed, QuorumVerifier voters)
      : random(seed), verifier(std::move(voters)) {
    network.latency = [this] { return random.between(0ms, 40ms); };
    for (const auto id : verifier.voters()) {
      network.add(id, verifier);
      const auto epoch = random.between(1, 2);
      const auto counter = random.between(0, 3);
      network.set_log(id, epoch, make_zxid(epoch, counter));
      const Vote own{.leader = id, .zxid = make_zxid(epoch, counter), .peer_epoch = epoch};
      if (best.leader == ServerId() || is_better(own, best, verifier)) best = own;
    }
  }

  std::vector<ServerId> voters_in_random_order() {
    auto all = network.ids();
    random.shuffle(all);
    return all;
  }
  bool leads(ServerId id) const { return network.election(id).state() == PeerState::leading; }
  /// Whether one leads and all others follow it.
  bool is_agreed() const {
    std::set<ServerId> named;
    int leaders = 0;
    for (const auto id : network.ids()) {
      if (network.election(id).state() == PeerState::looking) return false;
      named.insert(network.election(id).vote().leader);
      if (leads(id)) ++leaders;
    }
    return named.size() == 1 && leaders == 1;
  }
  /// What discovery does to elections that did not hold: a follower of nobody that leads, and a
  /// leader without a quorum of followers, look again.
  void give_up_what_does_not_hold() {
    std::vector<ServerId> again;
    for (const auto id : network.ids()) {
      const auto& election = network.election(id);
      if (election.state() == PeerState::following && !leads(election.vote().leader))
        again.push_back(id);
      if (election.state() != PeerState::leading) continue;
      std::set<ServerId> supporters;
      for (const auto other : network.ids()) {
        const auto& its = network.election(other);
        if (its.state() != PeerState::looking && its.vote().leader == id) supporters.insert(other);
      }
      if (!verifier.contains_quorum(supporters)) again.push_back(id);
    }
    for (const auto id : again) network.start(id);
  }

  void retry(int times) {
    for (int i = 0; i < times; ++i) {
      network.run(5s);
      give_up_what_does_not_hold();
    }
  }

  sim::Random random;
  QuorumVerifier verifier;
  ElectionNetwork network;
  Vote best;  // of the voters' votes for themselves
};

TEST(ElectionProperties, AllAgreeOnTheBestVoteWhereAllHearEachOther) {  // Z-EL-3, Z-EL-7, Z-EL-13
  for (const std::int32_t count : {3, 5}) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      RandomElection world(seed, first_servers(count));
      for (const auto id : world.voters_in_random_order()) world.network.start(id);

      world.network.run(1s);

      EXPECT_TRUE(world.is_agreed()) << count << " servers, seed " << seed;
      EXPECT_TRUE(world.leads(world.best.leader)) << count << " servers, seed " << seed;
    }
  }
}

// Rounds that cross may leave servers with decisions that do not hold: who is in its last wait
// drops what is not better, also where it tells of a later round (Z-EL-7).
TEST(ElectionProperties, RoundsThatDifferEndInOneLeader) {  // Z-EL-1, Z-EL-6
  int at_once = 0;
  for (const std::int32_t count : {3, 5}) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      RandomElection world(seed, first_servers(count));
      for (const auto id : world.voters_in_random_order()) {
        const auto entries = world.random.between(1, 4);
        for (std::int64_t i = 0; i < entries; ++i) world.network.start(id);
      }

      world.network.run(1s);
      if (world.is_agreed() && world.leads(world.best.leader)) ++at_once;
      world.retry(10);

      EXPECT_TRUE(world.is_agreed()) << count << " servers, seed " << seed;
    }
  }
  EXPECT_GT(at_once, 180) << "mostly the best vote should have won at once";
}

TEST(ElectionProperties, StartsThatAreFarApartEndInOneLeader) {  // Z-EL-8, Z-EL-9, Z-EL-13
  int others = 0;
  for (const std::int32_t count : {3, 5}) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      RandomElection world(seed, first_servers(count));
      for (const auto id : world.voters_in_random_order()) {
        world.network.start(id);
        const auto pause = world.random.between(0ms, 250ms);
        world.network.run(pause);
      }

      world.retry(10);

      EXPECT_TRUE(world.is_agreed()) << count << " servers, seed " << seed;
      if (!world.leads(world.best.leader)) ++others;
    }
  }
  EXPECT_GT(others, 10) << "late joiners should often have followed a worse one";
}

// The oracle knows nothing of rounds: it holds, for each server, who has told it of which leader
// since it began to look.
TEST(ElectionProperties, NobodyDecidesWithoutAQuorumThatItHasHeard) {  // Z-EL-15
  int decisions = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto weighted =
        QuorumVerifier::hierarchical({{{ServerId(1), 2}, {ServerId(2), 1}, {ServerId(3), 0}},
                                      {{ServerId(4), 1}, {ServerId(5), 1}}});
    RandomElection world(seed, seed % 2 == 0 ? first_servers(5) : weighted);
    auto& network = world.network;
    std::map<ServerId, std::map<ServerId, std::set<ServerId>>> named;  // by hearer, by leader
    network.on_heard = [&](ServerId server, const Notification& heard) {
      named[server][heard.vote.leader].insert(heard.sender);
    };
    network.on_decision = [&](ServerId server, const Decision& decision) {
      ++decisions;
      auto supporters = named[server][decision.leader];
      supporters.insert(server);
      EXPECT_TRUE(world.verifier.contains_quorum(supporters))
          << format("seed {}: {} decided for {}", seed, server, decision.leader);
    };
    for (int step = 0; step < 200; ++step) {
      const auto waiting = network.waiting();
      const auto what = world.random.below(10);
      const auto id = ServerId(static_cast<std::int32_t>(world.random.between(1, 5)));
      if (step < 5 || (what == 0 && network.election(id).state() != PeerState::looking)) {
        const auto starting = step < 5 ? ServerId(step + 1) : id;
        named[starting].clear();
        network.start(starting);
      } else if (what < 4 && !waiting.empty()) {
        network.lose(world.random.pick(waiting));
      } else if (what < 9 && !waiting.empty()) {
        network.deliver(world.random.pick(waiting));
      } else {
        for (const auto& link : waiting) {
          if (world.random.chance({1, 3})) network.lose(link);
        }
        const auto pause = world.random.between(1ms, 100ms);
        network.run(pause);
      }
    }
  }
  EXPECT_GT(decisions, 200);
}

}  // namespace
}  // namespace logquake::zookeeper
