#include "scenarios/zookeeper/workloads/narrow_workloads.h"

#include <memory>
#include <string>
#include <utility>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using zookeeper::AddWatchMode;
using zookeeper::Watch;

class Folder {
 public:
  Folder(std::string path, std::int64_t keys) : path_(std::move(path)), keys_(keys) {}

  void ensure(ClientAtWork& work) {
    if (!std::exchange(exists_, true)) ensure_node(work, path_);
  }
  std::string any(ClientAtWork& work) const {
    return format("{}/key-{}", path_,
                  1 + work.node.random().below(static_cast<std::uint64_t>(keys_)));
  }

 private:
  std::string path_;
  std::int64_t keys_;
  bool exists_ = false;
};

class Watching {
 public:
  explicit Watching(std::int64_t keys) : folder_("/w", keys) {}

  void step(ClientAtWork& work) {
    folder_.ensure(work);
    auto& client = work.client;
    auto& random = work.node.random();
    const auto path = folder_.any(work);
    const auto data = format("{}/{}/{}", work.node.name(), work.life, work.number);
    switch (random.below(12)) {
      case 0:
        return work.count(client.add_watch(path, random.chance({1, 2})
                                                     ? AddWatchMode::persistent
                                                     : AddWatchMode::persistent_recursive));
      case 1:
        return work.count(client.get(path, Watch::once));
      case 2:
        return work.count(client.exists(path, Watch::once));
      case 3:
        return work.count(client.children(path, Watch::once));
      case 4:
        if (random.chance({1, 4})) return work.count(client.remove_watches(path));
        [[fallthrough]];
      case 5:
        (void)client.perform({zookeeper::check_watches_op(path)});
        return;
      case 6:
        return work.count(client.remove(path));
      case 7:
      case 8:
        return work.count(client.create(path, data));
      default:
        return work.count(client.set(path, data));
    }
  }

 private:
  Folder folder_;
};

class Families {
 public:
  explicit Families(std::int64_t families) : folder_("/families", families) {}

  void step(ClientAtWork& work) {
    folder_.ensure(work);
    const auto family = folder_.any(work);
    if (!work.node.random().chance({1, 3})) return work.count(work.client.remove(family));
    work.count(work.client.create(family, std::string()));
    work.count(work.client.create(format("{}/{}", family, work.node.name()), std::string(),
                                  zookeeper::CreateMode::ephemeral));
    work.count(work.client.close());
  }

 private:
  Folder folder_;
};

}  // namespace

ClientStep watches_step(std::int64_t keys) {
  return
      [watching = std::make_shared<Watching>(keys)](ClientAtWork& work) { watching->step(work); };
}

ClientStep families_step(std::int64_t families) {
  return [all = std::make_shared<Families>(families)](ClientAtWork& work) { all->step(work); };
}

}  // namespace logquake::scenario
