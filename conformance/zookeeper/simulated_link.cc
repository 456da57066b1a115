#include "conformance/zookeeper/simulated_link.h"

#include <memory>
#include <optional>
#include <utility>

#include "conformance/zookeeper/link.h"
#include "conformance/zookeeper/player.h"
#include "models/quorum/server/ensemble_harness.h"
#include "models/quorum/server/server_harness.h"
#include "sim/base/check.h"

namespace logquake::zookeeper::conformance {
namespace {

constexpr Duration patience = 30s;  // as with real servers

class SimulatedLink : public Link {
 public:
  explicit SimulatedLink(sim::Connection stream) : stream_(std::move(stream)) {}

  std::optional<ConnectResponse> greet(const ConnectRequest& request) override {
    auto asked = decode_connect_request(encode(ConnectFrame{request, false}));
    LOGQUAKE_CHECK(asked, "a connect request does not survive the wire");
    (void)stream_.send(std::move(asked->request));
    const auto message = next();
    if (!message) return std::nullopt;
    const auto* response = message->as<ConnectResponse>();
    LOGQUAKE_CHECK(response != nullptr, "not a connect response");
    return decode_connect_response(encode(*response, true));
  }

  void send(const Request& request) override {
    auto asked = decode_request(encode(request));
    LOGQUAKE_CHECK(asked && asked->undecodable == request.undecodable,
                   "a request does not survive the wire");
    (void)stream_.send(std::move(*asked));
  }

  std::optional<ServerMessage> receive(OpCode awaited) override {
    const auto message = next();
    if (!message) return std::nullopt;
    if (const auto* event = message->as<WatchEvent>())
      return decode_server_message(encode(*event), awaited);
    const auto* reply = message->as<Reply>();
    LOGQUAKE_CHECK(reply != nullptr, "neither a reply nor an event");
    auto decoded = decode_server_message(encode(*reply, awaited), awaited);
    LOGQUAKE_CHECK(decoded, "a reply does not survive the wire");
    return decoded;
  }

 private:
  std::optional<sim::Payload> next() {
    auto message = stream_.receive(patience);
    LOGQUAKE_CHECK(!message.is(logquake::ErrorCode::timed_out), "a server keeps silent");
    if (!message) return std::nullopt;
    return std::move(*message);
  }

  sim::Connection stream_;
};

class SimulatedEnsemble : public Ensemble {
 public:
  SimulatedEnsemble(sim::Node& node, const std::vector<sim::Address>& servers)
      : node_(node), servers_(servers) {}

  std::unique_ptr<Link> dial(int server) override {
    auto stream = node_.connect(servers_.at(static_cast<std::size_t>(server)), patience);
    if (!stream) return nullptr;
    return std::make_unique<SimulatedLink>(std::move(*stream));
  }
  std::string own_host() const override { return std::string(node_.name()); }

 private:
  sim::Node& node_;
  const std::vector<sim::Address>& servers_;
};

// As the recorded servers' settings: no session expires during a run.
void outlast(ServerSettings& settings) {
  settings.min_session_timeout = 300s;
  settings.max_session_timeout = 900s;
}

// A minute after its start a leader looks for empty containers; the recorded ones never did.
void check_duration(sim::Node& node) {
  LOGQUAKE_CHECK(node.now().time_since_epoch() < 60s, "the run takes more than a minute");
}

}  // namespace

std::vector<std::string> play_simulated(const Draw& draw, sim::Node& node,
                                        const std::vector<sim::Address>& servers) {
  SimulatedEnsemble ensemble(node, servers);
  std::vector<std::string> lines;
  play(draw.steps(), ensemble, static_cast<int>(servers.size()), lines);
  return lines;
}

std::vector<std::string> play_standalone(const Draw& draw) {
  auto settings = testing::World::ticking(500ms);
  outlast(settings);
  std::vector<std::string> lines;
  testing::World({}, draw.seed, settings).run([&](sim::Node& node) {
    lines = play_simulated(draw, node, {testing::server_address});
    check_duration(node);
  });
  return lines;
}

std::vector<std::string> play_ensemble(const Draw& draw) {
  testing::EnsembleWorld world({.voters = draw.servers, .seed = draw.seed, .adjust = outlast});
  const auto servers = static_cast<std::size_t>(draw.servers);
  LOGQUAKE_CHECK(world.until([&] { return world.serving() == servers; }), "no ensemble");
  auto addresses = world.addresses();
  std::swap(addresses.front(), addresses.at(static_cast<std::size_t>(world.leader() - 1)));
  std::vector<std::string> lines;
  world.run([&](sim::Node& node) {
    lines = play_simulated(draw, node, addresses);
    check_duration(node);
  });
  return lines;
}

}  // namespace logquake::zookeeper::conformance
