// A server's settings, and zoo.cfg. Source: Z-TM-1, Z-SE-3, Z-SE-23, Z-ST-5.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "models/quorum/wire/ids.h"
#include "models/quorum/zab/quorum_verifier.h"
#include "sim/base/result.h"
#include "sim/base/time.h"

namespace logquake::zookeeper {

/// One line `server.N=host:quorumPort:electionPort[:observer]` of zoo.cfg, with the server's group
/// and weight where the quorum is hierarchical (Z-QV-2).
struct EnsembleServer {
  ServerId id;
  std::string host;  // the node's name
  std::uint16_t quorum_port = 2888;
  std::uint16_t election_port = 3888;
  bool is_observer = false;
  std::int64_t group = 0;  // zero: in no group
  std::int64_t weight = 1;
};

struct ServerSettings {
  std::vector<EnsembleServer> servers;  // none: standalone
  std::uint16_t client_port = 2181;
  Duration tick_time = 3s;  // 3.8.0's default where the line is missing (Z-TM-1)
  std::string data_dir = "zookeeper";
  Duration min_session_timeout{};            // zero: 2 ticks
  Duration max_session_timeout{};            // zero: 20 ticks
  std::int32_t init_limit = 10;              // ticks; for ensembles
  std::int32_t sync_limit = 5;               // ticks; for ensembles
  std::int32_t max_client_connections = 60;  // per client address; zero: no limit
  std::int32_t snap_count = 100'000;         // transactions
  bool force_sync = true;                    // false: nobody waits for the disk (data may be lost)
  std::set<std::string, std::less<>> four_letter_words{"srvr"};  // "*": all (Z-4L-2)
  bool extended_types = false;               // nodes with a time to live (Z-DM-16)
  std::int32_t snapshots_to_keep = 0;        // autopurge.snapRetainCount; zero: keep all
  bool read_only_mode = false;               // readonlymode.enabled (Z-RD-6)
  bool trust_empty_snapshot = false;         // snapshot.trust.empty (Z-ST-6)
  Duration max_notification_interval = 60s;  // of elections (Z-EL-5)
  /// Where the counter of an epoch is used up (Z-ZX-3). A simulation comes near 2^32 only if this
  /// is smaller: `simulation.counterLimit`, which ZooKeeper does not have.
  std::int64_t counter_limit = 0xFFFFFFFF;

  /// The server of that name, or null.
  const EnsembleServer* server_at(std::string_view host) const;
  const EnsembleServer* server(ServerId id) const;

  Duration min_timeout() const {
    return min_session_timeout > 0ns ? min_session_timeout : 2 * tick_time;
  }
  Duration max_timeout() const {
    return max_session_timeout > 0ns ? max_session_timeout : 20 * tick_time;
  }
  /// The timeout a client gets that asks for `requested` (Z-SE-3).
  Duration negotiated(Duration requested) const;
};

/// Reads the lines of a zoo.cfg on top of the defaults; times are milliseconds there.
/// Errors: invalid_argument (names the line, and what was expected).
logquake::Result<ServerSettings> parse_zoo_cfg(std::string_view text);

/// Who must agree: more than half of the voters, or of groups and weights where there are any.
QuorumVerifier verifier_of(const ServerSettings& settings);

}  // namespace logquake::zookeeper
