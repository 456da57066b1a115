// Real servers, spoken to over plain blocking sockets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/zookeeper/link.h"

namespace logquake::zookeeper::conformance {

/// Servers on the loopback interface, by their client ports.
class SocketEnsemble : public Ensemble {
 public:
  explicit SocketEnsemble(std::vector<std::uint16_t> ports) : ports_(std::move(ports)) {}
  std::unique_ptr<Link> dial(int server) override;
  std::string own_host() const override { return "127.0.0.1"; }

 private:
  std::vector<std::uint16_t> ports_;
};

}  // namespace logquake::zookeeper::conformance
