#include "scenarios/zookeeper/workloads/recipe_workloads.h"

#include <utility>

#include "models/quorum/client/recipes/double_barrier.h"
#include "models/quorum/client/recipes/group_membership.h"
#include "models/quorum/client/recipes/place_in_line.h"
#include "models/quorum/client/recipes/recipe_facts.h"
#include "models/quorum/client/recipes/shared_counter.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

constexpr Duration patience = 30s;  // chosen: longer than a session and an election

// Takes a place, waits until it is first, has it for `hold`, and leaves.
void visit_line(ClientAtWork& work, const std::string& folder, zookeeper::Sharing sharing,
                Duration hold, FencedResource& resource) {
  if (work.number == 1) ensure_node(work, folder);
  const auto mark = format("{}.{}.{}", work.node.name(), work.life, work.number);
  zookeeper::PlaceInLine place(work.client, work.bell, folder, mark, sharing);
  const auto first = place.wait_until_first(patience, work.node);
  work.count(first);
  if (first && *first) {
    const auto token = place.token();
    work.node.record(zookeeper::LineHeaded{folder, place.path(), token});
    for (int use = 0; use < 3; ++use) {
      work.node.sleep_for(hold / 3);
      if (sharing == zookeeper::Sharing::shared) continue;  // who reads changes nothing
      // It may have lost its place and not know it: the resource does.
      const bool is_accepted = resource.use(token);
      work.node.record(zookeeper::ResourceUsed{folder, token, is_accepted});
    }
    work.node.record(zookeeper::LineLeft{folder, place.path()});
  }
  while (!place.leave() && work.client.wait_until_connected(patience)) {
  }
}

}  // namespace

ClientStep line_step(std::string folder, Duration hold, std::shared_ptr<FencedResource> resource) {
  return [folder = std::move(folder), hold, resource = std::move(resource)](ClientAtWork& work) {
    visit_line(work, folder, zookeeper::Sharing::exclusive, hold, *resource);
  };
}

ClientStep read_write_step(Duration hold, std::shared_ptr<FencedResource> resource) {
  return [hold, resource = std::move(resource)](ClientAtWork& work) {
    const bool writes = work.number % 3 == 0;
    visit_line(work, "/read-write-lock",
               writes ? zookeeper::Sharing::exclusive : zookeeper::Sharing::shared, hold,
               *resource);
  };
}

ClientStep counter_step() {
  return [](ClientAtWork& work) {
    const std::string path = "/counter";
    if (work.number == 1) ensure_node(work, path, "0");
    const auto added = zookeeper::SharedCounter(work.client, path).add();
    if (added) work.node.record(zookeeper::CounterAdded{path, *added});
    work.count(added);
  };
}

ClientStep barrier_step(std::int64_t participants) {
  return [participants](ClientAtWork& work) {
    if (work.number == 1) ensure_node(work, "/barrier");
    const auto folder = format("/barrier/round-{}", work.number);
    ensure_node(work, folder);
    zookeeper::DoubleBarrier barrier(work.client, work.bell, folder, work.node.name(),
                                     participants);
    if (!barrier.enter(patience, work.node)) {
      ++work.progress.failed;
      return;
    }
    work.node.record(zookeeper::BarrierEntered{folder, participants});
    ++work.progress.done_so_far;
    (void)barrier.leave(patience, work.node);
  };
}

ClientStep membership_step() {
  return [](ClientAtWork& work) {
    const std::string folder = "/members";
    if (work.number == 1) ensure_node(work, folder);
    zookeeper::GroupMembership group(work.client, folder, work.node.name());
    const auto rings = work.bell.rings();
    const auto joined = group.join();
    const auto members = group.members();
    if (joined && members) work.node.record(zookeeper::MembersSeen{folder, *members});
    work.count(members);
    constexpr Duration at_most = 2s;  // chosen: to join again where the own node went
    if (joined && members) work.bell.wait_beyond(rings, at_most);
  };
}

}  // namespace logquake::scenario
