#include "scenarios/zookeeper/workloads/znodes_workload.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

using zookeeper::CreateMode;
using zookeeper::Operation;
using zookeeper::Watch;

constexpr std::string_view folder = "/z";
// Of a hundred steps, chosen: reads and sets are most of what clients do.
constexpr std::int64_t session_ends = 1;
constexpr std::int64_t syncs = 6;
constexpr std::int64_t pipelines = 12;
constexpr std::int64_t multis = 24;

class Znodes {
 public:
  explicit Znodes(const ZnodesWorkload& workload) : workload_(workload) {}

  void step(ClientAtWork& work) {
    if (!has_folder_) {
      ensure_node(work, std::string(folder));
      has_folder_ = true;
    }
    auto& random = work.node.random();
    const auto what = static_cast<std::int64_t>(random.below(100));
    if (what < session_ends) {
      work.count(work.client.close());
    } else if (what < syncs) {
      work.count(work.client.sync(std::string(folder)));
    } else if (what < pipelines) {
      pipeline(work);
    } else if (what < multis) {
      multi(work);
    } else {
      single(work);
    }
  }

 private:
  std::string any_path(sim::Random& random) const {
    const auto key = 1 + random.below(static_cast<std::uint64_t>(workload_.keys));
    const auto path = format("{}/key-{}", folder, key);
    if (!random.chance({1, 4})) return path;
    const auto child = 1 + random.below(3);
    return format("{}/child-{}", path, child);
  }
  // No two writes have the same data: so one can tell whose is there.
  std::string unique_data(const ClientAtWork& work) {
    return format("{}/{}/{}", work.node.name(), work.life, ++writes_);
  }
  std::int32_t any_version(sim::Random& random, const std::string& path) const {
    const auto known = versions_.find(path);
    if (known == versions_.end() || random.chance({1, 3})) return zookeeper::any_version;
    return known->second;
  }

  void single(ClientAtWork& work) {
    auto& random = work.node.random();
    const auto path = any_path(random);
    const auto watch = random.chance({1, 3}) ? Watch::once : Watch::none;
    const auto what = random.below(8);
    if (what < 2) {
      std::vector<CreateMode> modes{CreateMode::persistent, CreateMode::persistent,
                                    CreateMode::ephemeral, CreateMode::persistent_sequential,
                                    CreateMode::ephemeral_sequential};
      const auto mode = random.pick(modes);
      work.count(work.client.create(zookeeper::is_sequential(mode) ? path + "-" : path,
                                    unique_data(work), mode));
    } else if (what == 2) {
      const auto version = any_version(random, path);
      work.count(work.client.remove(path, version));
    } else if (what < 5) {
      const auto version = any_version(random, path);
      const auto set = work.client.set(path, unique_data(work), version);
      if (set) versions_[path] = set->version;
      work.count(set);
    } else if (what == 5) {
      const auto list =
          work.client.children(random.chance({1, 2}) ? path : std::string(folder), watch);
      if (list) tidy(work, list->names);
      work.count(list);
    } else if (what == 6) {
      work.count(work.client.exists(path, watch));
    } else {
      const auto found = work.client.get(path, watch);
      if (found) versions_[path] = found->stat.version;
      work.count(found);
    }
  }

  // Sequential nodes would fill the folder.
  void tidy(ClientAtWork& work, const std::vector<std::string>& names) const {
    constexpr std::size_t many = 12;  // chosen
    if (names.size() <= many) return;
    for (const auto& name : names) {
      if (name.ends_with("0") || name.ends_with("5"))
        work.count(work.client.remove(format("{}/{}", folder, name)));
    }
  }

  Operation any_write(ClientAtWork& work, const std::string& path) {
    auto& random = work.node.random();
    const auto what = random.below(6);
    if (what < 2) return zookeeper::create_op(path, unique_data(work));
    if (what == 2) return zookeeper::remove_op(path);
    const auto version = any_version(random, path);
    if (what == 3 && version != zookeeper::any_version) return zookeeper::check_op(path, version);
    return zookeeper::set_op(path, unique_data(work), version);
  }

  void multi(ClientAtWork& work) {
    auto& random = work.node.random();
    std::vector<Operation> members;
    std::set<std::string> paths;  // each once
    const auto size = 1 + random.below(4);
    for (std::uint64_t i = 0; i < size; ++i) {
      auto path = any_path(random);
      if (paths.insert(path).second) members.push_back(any_write(work, path));
    }
    work.count(work.client.multi(std::move(members)));
  }

  void pipeline(ClientAtWork& work) {
    auto& random = work.node.random();
    std::vector<Operation> operations;
    const auto size = 2 + random.below(6);
    for (std::uint64_t i = 0; i < size; ++i) {
      const auto path = any_path(random);
      if (random.chance({1, 2})) {
        operations.push_back(zookeeper::get_op(path));
      } else {
        auto write = any_write(work, path);
        if (write.op != zookeeper::OpCode::check) operations.push_back(std::move(write));
      }
    }
    for (const auto& result : work.client.perform(std::move(operations))) {
      auto& progress = work.progress;
      ++(result.ok()                                             ? progress.done_so_far
         : result.error == zookeeper::ErrorCode::connection_loss ? progress.unknown
                                                                 : progress.failed);
    }
  }

  ZnodesWorkload workload_;
  bool has_folder_ = false;
  std::map<std::string, std::int32_t> versions_;  // as last seen
  std::int64_t writes_ = 0;
};

}  // namespace

ClientStep znodes_step(ZnodesWorkload workload) {
  return [znodes = std::make_shared<Znodes>(workload)](ClientAtWork& work) { znodes->step(work); };
}

}  // namespace logquake::scenario
