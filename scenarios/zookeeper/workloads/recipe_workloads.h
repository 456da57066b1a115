// Clients that follow ZooKeeper's recipes, and tell what they believe. Source: Z-RC-2 to Z-RC-7.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "scenarios/zookeeper/workloads/client_program.h"

namespace logquake::scenario {

/// A resource outside ZooKeeper that takes work only with the newest fencing token (Z-RC-3). Lives
/// as long as the run, whoever crashes.
class FencedResource {
 public:
  /// Whether the work was taken.
  bool use(zookeeper::Zxid token) {
    if (token < newest_) return false;
    newest_ = token;
    return true;
  }

 private:
  zookeeper::Zxid newest_;
};

/// Waits in a line of all clients; once first, uses the resource a few times and leaves. The folder
/// is "/lock" for a lock, "/election" for an election.
ClientStep line_step(std::string folder, Duration hold, std::shared_ptr<FencedResource> resource);
/// Waits in the line "/read-write-lock", to write every third time and else to read; whoever writes
/// uses the resource a few times.
ClientStep read_write_step(Duration hold, std::shared_ptr<FencedResource> resource);
/// Adds one to "/counter" with each step.
ClientStep counter_step();
/// Enters a double barrier with `participants` clients, and leaves it; a round a step.
ClientStep barrier_step(std::int64_t participants);
/// Is a member of "/members" and lists it whenever it changes.
ClientStep membership_step();

}  // namespace logquake::scenario
