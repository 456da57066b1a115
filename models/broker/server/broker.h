// A Kafka broker in ZooKeeper mode, as the program of a simulated machine. Source: K-CTL, K-REP,
// K-API, as far as the parts beside this file serve them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/broker/config.h"
#include "sim/base/result.h"
#include "sim/network/connection.h"
#include "sim/node.h"

namespace logquake::kafka {

/// What a stop script does to the process: set while a broker runs, empty while none does.
struct StopSwitch {
  /// Closes the logs in order (K-REC-3), as SIGTERM does, and exits. To be called in a task of the
  /// broker's machine; blocks.
  std::function<void()> stop;
};

struct BrokerSettings {
  BrokerConfig config;
  std::shared_ptr<StopSwitch> stop_switch = std::make_shared<StopSwitch>();
};

/// The servers of `zookeeper.connect`: "zookeeper-1:2181,zookeeper-2:2181". Ports default to 2181.
/// Errors: invalid_argument (empty, no port, or a chroot path, which is not supported).
Result<std::vector<sim::Address>> parse_zookeeper_connect(std::string_view text);

/// Runs a broker until its machine dies: loads and recovers its logs from disk, registers in
/// ZooKeeper, takes part in the controller election, and serves clients at the configured port.
/// Exits (to be restarted by its supervisor) when ZooKeeper cannot be reached in
/// zookeeper.connection.timeout.ms, when somebody else uses its id, and when its disk fails. Never
/// returns.
[[noreturn]] void run_broker(sim::Node& node, const BrokerSettings& settings);

}  // namespace logquake::kafka
