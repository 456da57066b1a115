// A counter that many clients add to, by compare-and-set. Source: Z-RC-7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/quorum/client/zookeeper_client.h"

namespace logquake::zookeeper {

class SharedCounter {
 public:
  /// The node at `path` holds a number, or nothing for zero. The client must outlive it.
  SharedCounter(ZooKeeperClient& client, std::string path)
      : client_(client), path_(std::move(path)) {}

  /// Adds one; the value after it. Reads and tries again where somebody was faster, up to `tries`
  /// times. Errors: connection_loss (it may have been added, now or later), bad_version (somebody
  /// was always faster), session_expired.
  Result<std::int64_t> add(int tries = 10);

 private:
  ZooKeeperClient& client_;
  std::string path_;
};

}  // namespace logquake::zookeeper
