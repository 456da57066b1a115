// Tasks that a fault keeps at yield sites.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/trace/fact.h"

namespace logquake::sim {

class Scheduler;
struct Task;

/// Internal to sim: what the fault Hold and the scheduler share.
class SiteHolds {
 public:
  SiteHolds();
  ~SiteHolds();
  SiteHolds(const SiteHolds&) = delete;
  SiteHolds& operator=(const SiteHolds&) = delete;

  struct Request {
    std::string site;
    std::vector<NodeId> nodes;  // whose tasks; empty: everybody's
    std::string task;           // only those of this name; empty: all
    EventId cause;              // of the facts that tell who is held
  };
  /// From now on tasks that come to the site stay there. Returns the number of the hold.
  std::int64_t begin(Request request);
  /// Lets everybody go whom only this hold kept; whether it was still in force.
  bool end(std::int64_t hold);
  void end_all();

  bool any() const { return !holds_.empty(); }
  /// Blocks the current task as long as a hold keeps it here.
  void keep(Scheduler& scheduler, std::uint64_t site_hash);

 private:
  struct Hold;
  const Hold* holding(const Task& task, std::uint64_t site_hash) const;
  std::map<std::int64_t, std::unique_ptr<Hold>> holds_;
  std::int64_t last_ = 0;
};

}  // namespace logquake::sim
