// Stories of ZAB, step by step: testdata/zab_*.story. A step is a directive with its arguments;
// where something happens, it stands below a line of four dashes, up to an empty line. Directives:
//
//   server 1 accepted=1 current=1 log=1:1-3,2:1 [snapshot=1:1-2]      a voter and its disk
//   observer 4 ...                                                    the same, of an observer
//   mistake NAME      window N      counter-limit N      slow-disk 2  settings, before what they
//                                                                     are for
//   lead 1            follow 2 1 [3 1 ...]                            elections have ended so
//   deliver           deliver 1 2 [COUNT]     garble 1 2              all packets; some; spoil one
//   propose 1         sync 2 SESSION XID     fsync 2
//   cut 2             crash 2                crash-before 2 ACTION    restart 2
//   tick 1s [COUNT]   show
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "models/quorum/zab/zab_ensemble.h"
#include "sim/base/format.h"
#include "sim/testing/golden_file.h"

namespace logquake::zookeeper {
namespace {

using testing::DurableState;
using testing::History;
using testing::Member;
using testing::ZabEnsemble;

/// "1:1-3,2:1".
History history_from(const std::string& text) {
  History history;
  std::istringstream runs(text);
  for (std::string run; std::getline(runs, run, ',');) {
    const auto colon = run.find(':');
    const auto dash = run.find('-');
    const auto epoch = std::stoll(run.substr(0, colon));
    const auto first = std::stoll(run.substr(colon + 1, dash - colon - 1));
    const auto last = dash == std::string::npos ? first : std::stoll(run.substr(dash + 1));
    for (auto counter = first; counter <= last; ++counter) {
      history.push_back({
          .zxid = make_zxid(epoch, counter),
          .op = OpCode::set_data,
          .changes = {{.op = OpCode::set_data, .path = "/"}},
      });
    }
  }
  return history;
}

class Story {
 public:
  Story() {
    ensemble_.tell = [this](const std::string& line) { said_ += line + "\n"; };
    ensemble_.crashes_before = [this](Member& member, const ZabAction& action) {
      const auto planned = crashes_.find(member.id);
      if (planned == crashes_.end() || !to_string(action).starts_with(planned->second))
        return false;
      crashes_.erase(planned);
      return true;
    };
  }

  std::string run(const std::string& line) {
    said_.clear();
    words_ = std::istringstream(line);
    const auto directive = word();
    if (directive == "server" || directive == "observer") {
      add(directive == "observer");
    } else if (directive == "mistake") {
      switch_on(word());
    } else if (directive == "window") {
      ensemble_.window_size = number();
    } else if (directive == "counter-limit") {
      ensemble_.settings.counter_limit = number();
    } else if (directive == "slow-disk") {
      ensemble_.slow_disks.insert(server());
    } else if (directive == "lead") {
      ensemble_.lead(server());
    } else if (directive == "follow") {
      for (auto id = server(); id != ServerId{}; id = server()) {
        const auto leader = server();
        ensemble_.follow(id, leader);
      }
    } else if (directive == "deliver") {
      deliver();
    } else if (directive == "garble") {
      const auto from = server();
      ensemble_.garble(from, server());
    } else if (directive == "propose") {
      ensemble_.propose(server());
    } else if (directive == "sync") {
      const auto at = server();
      const auto session = SessionId(number());
      ensemble_.sync(at, session, static_cast<std::int32_t>(number()));
    } else if (directive == "fsync") {
      ensemble_.make_log_durable(server());
    } else if (directive == "cut") {
      ensemble_.cut(server());
    } else if (directive == "crash") {
      ensemble_.crash(server());
    } else if (directive == "crash-before") {
      const auto id = server();
      std::string action;
      std::getline(words_ >> std::ws, action);
      crashes_[id] = action;
    } else if (directive == "restart") {
      ensemble_.restart(server());
    } else if (directive == "tick") {
      const auto step = parse_duration(word()).value();
      const auto count = std::max<std::int64_t>(number(), 1);
      for (std::int64_t i = 0; i < count; ++i) ensemble_.advance(step);
    } else if (directive == "show") {
      show();
    } else {
      said_ = "no such directive: " + directive + "\n";
    }
    return said_;
  }

 private:
  std::string word() {
    std::string next;
    words_ >> next;
    return next;
  }
  std::int64_t number() {
    const auto next = word();
    return next.empty() ? 0 : std::stoll(next);
  }
  ServerId server() { return ServerId(static_cast<std::int32_t>(number())); }

  void add(bool is_observer) {
    const auto id = server();
    DurableState disk;
    for (auto option = word(); !option.empty(); option = word()) {
      const auto equals = option.find('=');
      const auto name = option.substr(0, equals);
      const auto value = option.substr(equals + 1);
      if (name == "accepted") disk.accepted_epoch = std::stoll(value);
      if (name == "current") disk.current_epoch = std::stoll(value);
      if (name == "log") disk.log = history_from(value);
      if (name == "snapshot") {
        disk.snapshot = history_from(value);
        disk.snapshot_zxid = disk.snapshot.back().zxid;
      }
    }
    ensemble_.add(id, is_observer, disk);
  }

  void switch_on(const std::string& name) {
    auto& mistakes = ensemble_.mistakes;
    auto& settings = ensemble_.settings;
    const std::map<std::string, bool*> switches{
        {"zk.ack-newleader-before-log", &mistakes.ack_newleader_before_log},
        {"zk.clear-pending-at-newleader", &mistakes.clear_pending_at_newleader},
        {"zk.proposal-ack-before-newleader-ack", &mistakes.proposal_ack_before_newleader_ack},
        {"zk.newleader-too-early", &settings.newleader_too_early},
        {"zk.diff-from-zero-window", &settings.sync_mistakes.diff_from_zero_window},
        {"zk.no-rollover-guard", &settings.no_rollover_guard},
        {"zk.trunc-across-epochs", &settings.sync_mistakes.trunc_across_epochs},
        {"zk.advance-last-queued-before-apply", &mistakes.advance_last_queued_before_apply},
    };
    *switches.at(name) = true;
  }

  void deliver() {
    const auto from = server();
    if (from == ServerId{}) return ensemble_.deliver_all();
    const auto to = server();
    const auto count = std::max<std::int64_t>(number(), 1);
    for (std::int64_t i = 0; i < count; ++i) ensemble_.deliver(from, to);
  }

  void show() {
    for (const auto& [id, member] : ensemble_.members()) {
      const auto role = member.role == Member::Role::down      ? "down"
                        : member.role == Member::Role::looking ? "looking"
                        : member.role == Member::Role::leading ? "leading"
                                                               : "following";
      said_ += format("{} {}{}: epochs {}/{}", id, role, member.serves() ? ", serving" : "",
                      member.disk.accepted_epoch, member.disk.current_epoch);
      if (!member.disk.snapshot.empty() || member.disk.snapshot_zxid != Zxid{}) {
        said_ += format(", snapshot {} of {}", hex_of(member.disk.snapshot_zxid),
                        testing::text_of_history(member.disk.snapshot));
      }
      said_ += ", log " + testing::text_of_history(member.disk.log);
      if (member.role != Member::Role::down)
        said_ += ", applied " + testing::text_of_history(member.state);
      said_ += "\n";
    }
  }

  ZabEnsemble ensemble_;
  std::map<ServerId, std::string> crashes_;
  std::istringstream words_;
  std::string said_;
};

/// The file with each directive's output as it is now.
std::string retold(const std::filesystem::path& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in) << path;
  Story story;
  std::string text;
  bool in_output = false;
  for (std::string line; std::getline(in, line);) {
    if (in_output) {
      in_output = !line.empty();
    } else if (line == "----") {
      in_output = true;
    } else if (line.empty() && text.ends_with("\n\n")) {
      continue;
    } else {
      text += line + "\n";
      if (line.empty() || line.starts_with("#")) continue;
      const auto said = story.run(line);
      if (!said.empty()) text += "----\n" + said + "\n";
    }
  }
  return text;
}

class ZabStories : public ::testing::TestWithParam<const char*> {};

TEST_P(ZabStories, GoAsTheyAreTold) {
  const auto path = std::filesystem::path(LOGQUAKE_SOURCE_DIR) / "models/quorum/testdata" /
                    (std::string("zab_") + GetParam() + ".story");
  sim::testing::expect_golden(path.string(), retold(path));
}

INSTANTIATE_TEST_SUITE_P(, ZabStories,
                         ::testing::Values("ack_newleader_after_log", "ack_newleader_before_log",
                                           "advance_last_queued_before_apply", "broadcast",
                                           "clear_pending_at_newleader", "crash_points", "diff",
                                           "diff_from_zero_window", "discovery", "follower_ahead",
                                           "late_learner", "lost_quorum", "newleader_too_early",
                                           "proposal_ack_before_newleader_ack", "rejoin",
                                           "rollover", "rollover_mistake", "snap", "stranded_voter",
                                           "trunc", "trunc_across_epochs", "unreadable_proposal"),
                         [](const auto& story) { return std::string(story.param); });

}  // namespace
}  // namespace logquake::zookeeper
