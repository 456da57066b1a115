#include "models/gossip/gossip_node.h"

#include <charconv>
#include <map>
#include <set>

#include "models/gossip/defects.h"
#include "models/gossip/facts.h"
#include "models/gossip/messages.h"
#include "models/gossip/probes.h"
#include "sim/base/format.h"
#include "sim/disk/disk.h"
#include "sim/simulation.h"

namespace logquake::gossip {
namespace {

constexpr std::string_view journal_path = "gossip/rumours";
constexpr Duration patience = 1s;  // with a peer that does not answer

class GossipNode {
 public:
  GossipNode(sim::Node& node, const GossipOptions& options)
      : node_(node), options_(options), compares_(!node.has(skip_anti_entropy)) {
    for (const auto& peer : options.peers) {
      if (peer != node.name()) peers_.push_back(peer);
    }
  }

  void run() {
    if (!recover()) node_.exit("the journal cannot be read");
    auto listener = node_.listen(gossip_port);
    if (!listener) node_.exit("the port is taken");
    node_.spawn("push", [this] { push_for_ever(); });
    node_.spawn("hear", [this] { hear_for_ever(); });
    if (compares_) node_.spawn("compare", [this] { compare_for_ever(); });
    while (true) {
      auto connection = listener->accept(sim_forever);
      if (!connection) continue;
      auto shared = std::make_shared<sim::Connection>(std::move(*connection));
      node_.spawn(format("serve-{}", ++served_), [this, shared] { serve(*shared); });
    }
  }

 private:
  static constexpr Duration sim_forever = Duration::max();

  /// Reads the journal: one rumour a line. A torn last line was never acknowledged.
  bool recover() {
    auto file = node_.disk().open(journal_path, sim::Open::create);
    if (!file) return false;
    journal_ = *file;
    if (!node_.has(forget_after_restart)) {
      const auto bytes = journal_.read_all();
      if (!bytes) return false;
      std::string_view rest = text_of(*bytes);
      std::int64_t whole = 0;
      for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
        std::int64_t number = 0;
        std::from_chars(rest.data(), rest.data() + end, number);
        if (number > 0) known_.insert(RumourId(number));
        whole += static_cast<std::int64_t>(end) + 1;
        rest.remove_prefix(end + 1);
      }
      if (!journal_.truncate(whole)) return false;
    }
    if (!known_.empty()) node_.probe(restarted_with_rumours);
    node_.record(NodeStarted{node_.name(), {known_.begin(), known_.end()}});
    return true;
  }

  /// Keeps a rumour; whether it is safe on the disk.
  bool hear(RumourId rumour, const std::string& from, std::string_view by) {
    if (!known_.contains(rumour)) {
      if (!journal_.append(view_of(format("{}\n", rumour)))) return false;
      if (!journal_.sync()) node_.exit("the journal cannot be synced");
      // Another task may have heard it while this one waited for the disk.
      if (known_.insert(rumour).second) {
        hot_[rumour] = options_.pushes;
        node_.record(RumourHeard{node_.name(), rumour, from, std::string(by),
                                 static_cast<std::int64_t>(known_.size())});
      }
    }
    return true;
  }

  void push_for_ever() {
    while (true) {
      node_.sleep_for(options_.push_every);
      if (peers_.empty() || hot_.empty()) continue;
      const auto peer = node_.simulation().node(node_.random().pick(peers_)).id();
      for (auto entry = hot_.begin(); entry != hot_.end();) {
        node_.send_datagram(peer, Push{entry->first});
        entry = --entry->second == 0 ? hot_.erase(entry) : std::next(entry);
      }
    }
  }

  void hear_for_ever() {
    while (true) {
      const auto datagram = node_.receive_datagram(sim_forever);
      if (!datagram) continue;
      if (const auto* push = datagram->message.as<Push>())
        hear(push->rumour, datagram->from, "push");
    }
  }

  void compare_for_ever() {
    while (true) {
      node_.sleep_for(options_.compare_every);
      if (!peers_.empty()) compare_with(node_.random().pick(peers_));
    }
  }

  void compare_with(const std::string& peer) {
    auto connection = node_.connect({peer, gossip_port}, patience);
    if (!connection) return;
    if (!connection->send(Digest{{known_.begin(), known_.end()}})) return;
    const auto answer = connection->receive(patience);
    if (!answer) return;
    const auto* missing = answer->as<Missing>();
    if (missing == nullptr) return;
    if (missing->rumours.empty()) note_agreement(peer);
    for (const auto rumour : missing->rumours) {
      node_.probe(learned_by_anti_entropy);
      hear(rumour, peer, "anti-entropy");
    }
    node_.record(
        AntiEntropyRound{node_.name(), peer, static_cast<std::int64_t>(missing->rumours.size())});
  }

  // A node whose disk was wiped or set back cannot know what there is to know, but it knows what
  // each peer has told it: once every one of them has had nothing to add, it has caught up.
  void note_agreement(const std::string& peer) {
    agreed_.insert(peer);
    if (agreed_.size() == peers_.size() && node_.disk().is_damaged())
      node_.disk().declare_repaired();
  }

  void serve(sim::Connection& connection) {
    while (true) {
      const auto request = connection.receive(10s);
      if (!request) return;
      if (const auto* digest = request->as<Digest>()) {
        const std::set<RumourId> theirs(digest->known.begin(), digest->known.end());
        Missing missing;
        for (const auto rumour : known_) {
          if (!theirs.contains(rumour)) missing.rumours.push_back(rumour);
        }
        if (missing.rumours.size() > 1 && node_.buggify(small_answer)) missing.rumours.resize(1);
        if (!connection.send(std::move(missing))) return;
      } else if (const auto* tell = request->as<Tell>()) {
        const auto rumour = tell->rumour;
        if (!hear(rumour, connection.peer().host, "tell")) return;
        node_.record(RumourAcknowledged{node_.name(), rumour});
        if (!connection.send(Told{rumour})) return;
      }
    }
  }

  sim::Node& node_;
  const GossipOptions& options_;
  bool compares_;
  std::vector<std::string> peers_;
  sim::File journal_;
  std::set<RumourId> known_;      // each is synced in the journal
  std::map<RumourId, int> hot_;   // pushes left
  std::set<std::string> agreed_;  // peers that had nothing to add, since this process started
  std::int64_t served_ = 0;
};

}  // namespace

sim::Program gossip_node(GossipOptions options) {
  return [options = std::move(options)](sim::Node& node) { GossipNode(node, options).run(); };
}

}  // namespace logquake::gossip
