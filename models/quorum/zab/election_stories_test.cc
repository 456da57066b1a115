// Elections told step by step in testdata/: a block of directives, `----`, and what comes of them.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "models/quorum/zab/election_harness.h"
#include "sim/testing/golden_file.h"

namespace logquake::zookeeper {
namespace {

using Words = std::vector<std::string>;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}
ServerId server_of(const std::string& word) { return ServerId(std::stoi(word)); }
/// The value of `key=value` among the words, "0" if there is none.
std::string value_of(const Words& words, const std::string& key) {
  for (const auto& word : words) {
    if (word.starts_with(key + "=")) return word.substr(key.size() + 1);
  }
  return "0";
}
std::vector<ServerId> servers_of(const Words& words) {
  std::vector<ServerId> all;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].find('=') == std::string::npos) all.push_back(server_of(words[i]));
  }
  return all;
}

/// One story's world. The directives are
///   servers 1 2 3            a new world of voters, of which a majority decides
///   groups 1,2,3:0 4,5       ... of voters in groups, the weight after the colon
///   observers 4 5            after the voters
///   log 2 epoch=1 zxid=0x10  what a server has logged (nothing, until told)
///   start 1 2 / stop 1       enter LOOKING; end the process
///   settle 2 3 epoch=2       a decision has held
///   cut 1-3 / heal 1->3      a link, both ways or one
///   deliver 1->2 / lose 1->2 the message that waits there
///   run 5s                   and tell what something came of
///   follow 5s                run, and tell decisions only
///   show                     who believes what
class Story {
 public:
  std::string run_block(const std::vector<std::string>& directives) {
    out_.clear();
    for (const auto& directive : directives) run_directive(split(directive, ' '));
    return out_;
  }

 private:
  void run_directive(const Words& words) {
    const auto& verb = words.at(0);
    const auto tell = [this, verb](const std::string& line, bool eventful) {
      const bool told = verb == "run"      ? eventful
                        : verb == "follow" ? line.find(" decides ") != std::string::npos
                                           : true;
      if (told) out_ += line + "\n";
    };
    if (verb == "servers" || verb == "groups") network_ = {};
    network_.tell = tell;
    if (verb == "servers") return set_up({group_of(words)});
    if (verb == "groups") return set_up(groups_of(words));
    if (verb == "cut" || verb == "heal" || verb == "deliver" || verb == "lose")
      return change_link(verb, words.at(1));
    if (verb == "run" || verb == "follow") return network_.run(*parse_duration(words.at(1)));
    if (verb == "show") return show();
    for (const auto id : servers_of(words)) {
      if (verb == "observers") {
        network_.add(id, verifier_);
      } else if (verb == "log") {
        network_.set_log(id, std::stoll(value_of(words, "epoch")),
                         Zxid(std::stoll(value_of(words, "zxid"), nullptr, 16)));
      } else if (verb == "start") {
        network_.start(id);
      } else if (verb == "stop") {
        network_.stop(id);
      } else if (verb == "settle") {
        network_.settle(id, std::stoll(value_of(words, "epoch")));
      } else {
        FAIL() << "unknown directive " << verb;
      }
    }
  }

  static QuorumVerifier::Weights group_of(const Words& words) {
    QuorumVerifier::Weights group;
    for (const auto id : servers_of(words)) group[id] = 1;
    return group;
  }
  static std::vector<QuorumVerifier::Weights> groups_of(const Words& words) {
    std::vector<QuorumVerifier::Weights> groups;
    for (std::size_t i = 1; i < words.size(); ++i) {
      auto& group = groups.emplace_back();
      for (const auto& member : split(words[i], ',')) {
        const auto parts = split(member, ':');
        group[server_of(parts[0])] = parts.size() > 1 ? std::stoll(parts[1]) : 1;
      }
    }
    return groups;
  }
  void set_up(const std::vector<QuorumVerifier::Weights>& groups) {
    verifier_ = QuorumVerifier::hierarchical(groups);
    if (const auto status = verifier_.check(); !status) out_ += to_string(status.error()) + "\n";
    for (const auto voter : verifier_.voters()) {
      network_.add(voter, verifier_);
      network_.set_log(voter, 0, Zxid(0));
    }
  }
  void change_link(const std::string& verb, const std::string& link) {
    const bool one_way = link.find('>') != std::string::npos;
    const auto ends = split(link, '-');
    const auto first = server_of(ends.at(0));
    const auto second = server_of(one_way ? ends.at(1).substr(1) : ends.at(1));
    std::vector<testing::ElectionNetwork::Link> links{{first, second}};
    if (!one_way) links.emplace_back(second, first);
    for (const auto& each : links) {
      if (verb == "cut") network_.cut(each);
      if (verb == "heal") network_.heal(each);
      if (verb == "lose") network_.lose(each);
      if (verb == "deliver" && !network_.deliver(each)) out_ += "nothing to deliver\n";
    }
  }
  void show() {
    std::string stopped;
    for (const auto id : network_.ids()) {
      const auto& election = network_.election(id);
      if (network_.runs(id)) {
        out_ += format("{} {}, vote for {} in round {}\n", id, name_of(election.state()),
                       election.vote(), election.logical_clock());
      } else {
        stopped += format("{} ", id);
      }
    }
    if (!stopped.empty()) out_ += stopped + "stopped\n";
  }

  testing::ElectionNetwork network_;
  QuorumVerifier verifier_;
  std::string out_;
};

/// The story as it should be written: its comments and directives, and what comes of them today.
std::string retold(const std::string& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in) << path;
  Story story;
  std::string text;
  std::vector<std::string> directives;
  bool in_output = false;
  for (std::string line; std::getline(in, line);) {
    if (in_output) {
      if (!line.empty()) continue;
      in_output = false;
    }
    text += line + "\n";
    if (line == "----") {
      text += story.run_block(directives);
      directives.clear();
      in_output = true;
      if (in.peek() != std::ifstream::traits_type::eof()) continue;
    } else if (!line.empty() && !line.starts_with("#")) {
      directives.push_back(line);
    }
  }
  EXPECT_TRUE(directives.empty()) << path << " ends without ----";
  return text;
}

void expect_story(const std::string& name) {
  const auto path = LOGQUAKE_SOURCE_DIR "/models/quorum/testdata/" + name + ".election";
  sim::testing::expect_golden(path, retold(path));
}

TEST(ElectionStories, ThreeFreshServers) { expect_story("three_fresh_servers"); }     // Z-EL-4
TEST(ElectionStories, TheLongerLogWins) { expect_story("the_longer_log_wins"); }      // Z-OBS-68
TEST(ElectionStories, ALateJoinerFollows) { expect_story("a_late_joiner_follows"); }  // Z-EL-13
TEST(ElectionStories, AMissingLink) { expect_story("a_missing_link"); }               // Z-OBS-83
TEST(ElectionStories, OnlyAHub) { expect_story("only_a_hub"); }                       // Z-OBS-84
TEST(ElectionStories, OnlyTheBestAsHub) { expect_story("only_the_best_as_hub"); }     // Z-OBS-85
TEST(ElectionStories, AnEvenSplit) { expect_story("an_even_split"); }                 // Z-PT-9
TEST(ElectionStories, AnExLeadersMarker) { expect_story("an_ex_leaders_marker"); }    // Z-EL-16
TEST(ElectionStories, GroupsAndWeights) { expect_story("groups_and_weights"); }       // Z-QV-2
TEST(ElectionStories, AnObserver) { expect_story("an_observer"); }                    // Z-OB-1
TEST(ElectionStories, LostMessages) { expect_story("lost_messages"); }                // Z-EL-11
TEST(ElectionStories, TwoLeaders) { expect_story("two_leaders"); }                    // Z-EL-14
TEST(ElectionStories, AMinorityReturns) { expect_story("a_minority_returns"); }       // Z-PT-1
TEST(ElectionStories, ALeaderDies) { expect_story("a_leader_dies"); }  // Z-EL-8, Z-OBS-61, Z-OBS-62
TEST(ElectionStories, OneWayLoss) { expect_story("one_way_loss"); }    // Z-PT-5

}  // namespace
}  // namespace logquake::zookeeper
