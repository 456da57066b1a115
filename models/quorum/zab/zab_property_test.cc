// Random histories of an ensemble: deliveries, lost links that take along what is under way
// (Z-BC-5), crashes between any two actions, restarts that treat the whole log as history (Z-BC-6),
// elections. Whatever happens, ZAB keeps what Z-DI-1, Z-INV-1, Z-INV-3, Z-INV-4, Z-INV-6, Z-INV-8,
// Z-INV-10, Z-INV-11 and Z-INV-22 promise; with an old version's mistake it does not.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "models/quorum/zab/zab_ensemble.h"
#include "sim/base/format.h"
#include "sim/random.h"

namespace logquake::zookeeper {
namespace {

using sim::Random;
using testing::Member;
using testing::ZabEnsemble;

constexpr std::int32_t voters = 5;

/// One history.
class Case {
 public:
  explicit Case(std::uint64_t seed) : random_(seed) {
    ensemble_.logs_at_once = false;
    ensemble_.window_size = random_.between(1, 6);
    ensemble_.accuse = [this](const std::string& promise) {
      if (broken_.empty()) broken_ = promise;
    };
    ensemble_.crashes_before = [this](Member&, const ZabAction&) {
      return is_faulty_ && random_.chance({1, 150});
    };
  }

  ZabEnsemble& ensemble() { return ensemble_; }
  /// The first promise that was broken; empty where all were kept.
  const std::string& broken() const { return broken_; }

  void run() {
    for (std::int32_t id = 1; id <= voters; ++id) ensemble_.add(ServerId(id), false);
    ensemble_.add(ServerId(voters + 1), true);
    for (int step = 0; step < 600 && broken_.empty(); ++step) one_step();
    if (broken_.empty()) calm_down();
  }

 private:
  void one_step() {
    const auto kind = random_.below(100);
    if (kind < 55) {
      deliver_somewhere();
    } else if (kind < 70) {
      ensemble_.make_log_durable(anybody());
    } else if (kind < 80) {
      propose_somewhere();
    } else if (kind < 86) {
      join(anybody());
    } else if (kind < 89) {
      elect();
    } else if (kind < 91) {
      ensemble_.cut(anybody());
    } else if (kind < 92) {
      const auto id = anybody();
      if (is_up(id)) ensemble_.crash(id, random_.below(3));
    } else if (kind < 96) {
      const auto id = anybody();
      if (!is_up(id)) ensemble_.restart(id);
    } else {
      ensemble_.advance(500ms);
    }
  }

  /// All faults are over: a leader is found, all follow it and hold the same (Z-INV-24, Z-INV-25).
  void calm_down() {
    is_faulty_ = false;
    ensemble_.logs_at_once = true;
    for (std::int32_t id = 1; id <= voters + 1; ++id) {
      if (is_up(ServerId(id))) ensemble_.crash(ServerId(id));
    }
    for (std::int32_t id = 1; id <= voters + 1; ++id) ensemble_.restart(ServerId(id));
    std::vector<ServerId> all;
    for (std::int32_t id = 1; id <= voters; ++id) all.push_back(ServerId(id));
    const auto leader = best_of(all);
    ensemble_.lead(leader);
    for (std::int32_t id = 1; id <= voters + 1; ++id) {
      if (ServerId(id) != leader) ensemble_.follow(ServerId(id), leader);
    }
    ensemble_.deliver_all();
    if (!broken_.empty()) return;
    if (!ensemble_.member(leader).serves()) {
      broken_ = "Z-INV-24: nobody leads";
      return;
    }
    ensemble_.propose(leader);
    ensemble_.deliver_all();
    // Who could not truncate had to exit (Z-SY-11), but the write has made it a case for SNAP.
    for (const auto& [id, member] : ensemble_.members()) {
      if (member.role != Member::Role::down) continue;
      ensemble_.restart(id);
      ensemble_.follow(id, leader);
    }
    ensemble_.deliver_all();
    for (const auto& [id, member] : ensemble_.members()) {
      if (broken_.empty() && !(member.serves() && member.state == ensemble_.committed()))
        broken_ = format("Z-INV-25: {} has {}, not {}", id, testing::text_of_history(member.state),
                         testing::text_of_history(ensemble_.committed()));
    }
  }

  ServerId anybody() { return ServerId(static_cast<std::int32_t>(random_.between(1, voters + 1))); }
  bool is_up(ServerId id) { return ensemble_.member(id).role != Member::Role::down; }

  void deliver_somewhere() {
    const auto links = ensemble_.links_with_packets();
    if (links.empty()) return;
    const auto& [from, to] = random_.pick(links);
    // Often a whole batch: otherwise nobody ever gets to the broadcast.
    const auto count = random_.between(1, 6);
    for (std::int64_t i = 0; i < count; ++i) ensemble_.deliver(from, to);
  }

  std::vector<ServerId> leaders() {
    std::vector<ServerId> ids;
    for (const auto& [id, member] : ensemble_.members()) {
      if (member.role == Member::Role::leading) ids.push_back(id);
    }
    return ids;
  }

  void propose_somewhere() {
    auto ids = leaders();
    std::erase_if(ids, [&](ServerId id) { return !ensemble_.member(id).serves(); });
    if (!ids.empty()) ensemble_.propose(random_.pick(ids));
  }

  void join(ServerId id) {
    auto ids = leaders();
    if (ids.empty() || ensemble_.member(id).role != Member::Role::looking) return;
    // An election mostly ends with the newest leader.
    const auto leader = random_.chance({1, 5}) ? random_.pick(ids) : newest_leader(ids);
    ensemble_.follow(id, leader);
  }

  ServerId newest_leader(const std::vector<ServerId>& ids) {
    return *std::max_element(ids.begin(), ids.end(), [&](ServerId a, ServerId b) {
      return ensemble_.member(a).leadership->epoch() < ensemble_.member(b).leadership->epoch();
    });
  }

  ServerId best_of(const std::vector<ServerId>& ids) {
    return *std::max_element(ids.begin(), ids.end(), [&](ServerId a, ServerId b) {
      const auto& x = ensemble_.member(a);
      const auto& y = ensemble_.member(b);
      return std::tuple(x.disk.current_epoch, x.last, a) <
             std::tuple(y.disk.current_epoch, y.last, b);
    });
  }

  /// Some servers that look find the best of themselves, or now and then just one of them
  /// (Z-EL-14).
  void elect() {
    std::vector<ServerId> looking;
    for (const auto& [id, member] : ensemble_.members()) {
      if (!member.is_observer && member.role == Member::Role::looking) looking.push_back(id);
    }
    random_.shuffle(looking);
    if (looking.size() > 3) looking.resize(3);
    if (looking.size() < 3 && !random_.chance({1, 10})) return;
    if (looking.empty()) return;
    const auto leader = random_.chance({1, 10}) ? looking.front() : best_of(looking);
    ensemble_.lead(leader);
    for (const auto id : looking) {
      if (id != leader && is_up(leader)) ensemble_.follow(id, leader);
    }
  }

  Random random_;
  bool is_faulty_ = true;
  ZabEnsemble ensemble_;
  std::string broken_;
};

constexpr std::uint64_t cases = 2000;

/// Runs histories until one breaks a promise: which it is and what led to it, or nothing.
template <class Prepare>
std::string first_broken(Prepare prepare) {
  for (std::uint64_t seed = 1; seed <= cases; ++seed) {
    Case history(seed);
    prepare(history.ensemble());
    history.run();
    if (history.broken().empty()) continue;

    std::deque<std::string> last_lines;
    Case again(seed);
    prepare(again.ensemble());
    again.ensemble().tell = [&last_lines](const std::string& line) {
      last_lines.push_back(line);
      if (last_lines.size() > 100) last_lines.pop_front();
    };
    again.run();
    auto text = format("seed {}: {}\n", seed, history.broken());
    for (const auto& line : last_lines) text += line + "\n";
    return text;
  }
  return {};
}

// Z-INV-1, Z-INV-3, Z-INV-4, Z-INV-6, Z-INV-8, Z-INV-10, Z-INV-11, Z-INV-22, Z-INV-24, Z-INV-25.
TEST(ZabProperty, KeepsItsPromisesWhateverHappens) {
  EXPECT_EQ(first_broken([](ZabEnsemble&) {}), "");
}

// The histories come to what is worth testing.
TEST(ZabProperty, MeetsEveryWayToSynchronize) {
  std::map<std::string, int> met;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Case history(seed);
    history.ensemble().tell = [&met](const std::string& line) {
      for (const char* what : {"by DIFF", "by TRUNC", "by SNAP", "establish", "commit", "crashes",
                               "is ahead", "the accepted one", "start serving"}) {
        if (line.find(what) != std::string::npos) ++met[what];
      }
    };
    history.run();
  }
  for (const auto& [what, count] : met) RecordProperty(what, count);

  EXPECT_EQ(met.size(), 9U);
  for (const auto& [what, count] : met) EXPECT_GE(count, 20) << what;
}

// D-ZA1: what a quorum acked is on fewer disks than that.
TEST(ZabProperty, FindsAckNewleaderBeforeLog) {
  EXPECT_NE(first_broken([](ZabEnsemble& e) { e.mistakes.ack_newleader_before_log = true; }), "");
}

// D-ZA7.
TEST(ZabProperty, FindsNewleaderTooEarly) {
  EXPECT_NE(first_broken([](ZabEnsemble& e) { e.settings.newleader_too_early = true; }), "");
}

// D-ZA5.
TEST(ZabProperty, FindsClearPendingAtNewleader) {
  EXPECT_NE(first_broken([](ZabEnsemble& e) { e.mistakes.clear_pending_at_newleader = true; }), "");
}

// D-ZB7.
TEST(ZabProperty, FindsTruncAcrossEpochs) {
  EXPECT_NE(
      first_broken([](ZabEnsemble& e) { e.settings.sync_mistakes.trunc_across_epochs = true; }),
      "");
}

// D-ZA16.
TEST(ZabProperty, FindsDiffFromZeroWindow) {
  EXPECT_NE(
      first_broken([](ZabEnsemble& e) { e.settings.sync_mistakes.diff_from_zero_window = true; }),
      "");
}

}  // namespace
}  // namespace logquake::zookeeper
