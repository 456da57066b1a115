// A machine's disk against plain strings: what survives crashes and power losses, and what faults
// leave behind when they are healed.
#include "sim/disk/disk.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <ostream>
#include <vector>

#include "property_tests/planted.h"
#include "sim/simulation.h"

namespace logquake::sim {
namespace {

constexpr std::size_t page_bytes = 4096;

struct Op {
  enum class Kind : std::uint8_t {
    write,
    append,
    truncate,
    sync,
    remove,
    rename,
    process_crash,
    power_loss,
    fail_sync,
    fail_write,
    fill,
    tear_sync,
    heal,
    rot,
    lose_write,
    misdirect_write,
  };
  Kind kind{};
  int file = 0;
  int at = 0;
  int length = 0;
};

constexpr std::array<std::string_view, 16> kind_names{
    "write",         "append",     "truncate",   "sync",           "remove", "rename",
    "process_crash", "power_loss", "fail_sync",  "fail_write",     "fill",   "tear_sync",
    "heal",          "rot",        "lose_write", "misdirect_write"};

std::ostream& operator<<(std::ostream& out, const Op& op) {
  return out << kind_names[static_cast<std::size_t>(op.kind)] << "(file " << op.file << ", at "
             << op.at << ", length " << op.length << ")";
}

bool is_damage(const Op& op) { return op.kind >= Op::Kind::rot; }

using Ops = std::vector<Op>;

rc::Gen<Ops> operations(Op::Kind last) {
  using Kind = Op::Kind;
  std::vector<Kind> kinds;
  for (int kind = 0; kind <= static_cast<int>(last); ++kind)
    kinds.push_back(static_cast<Kind>(kind));
  for (const auto often : {Kind::write, Kind::append, Kind::write, Kind::sync, Kind::sync})
    kinds.push_back(often);
  return rc::gen::container<Ops>(
      rc::gen::build<Op>(rc::gen::set(&Op::kind, rc::gen::elementOf(kinds)),
                         rc::gen::set(&Op::file, rc::gen::inRange(0, 3)),
                         rc::gen::set(&Op::at, rc::gen::inRange(0, 15'000)),
                         rc::gen::set(&Op::length, rc::gen::inRange(1, 6'000))));
}

/// What a deliberately wrong disk does; none is the real one.
enum class Mutation : std::uint8_t {
  none,
  syncs_are_lies,
  failed_syncs_go_through,
  crashes_lose_the_cache,
  tears_reach_synced_pages,
  names_are_lost_out_of_order,
  heals_nothing,
};

std::string name_of_file(int number) { return "file-" + std::to_string(number % 3); }

/// The disk under test, its faults and its machine's deaths.
class Machine {
 public:
  explicit Machine(Mutation mutation = Mutation::none) : mutation_(mutation) {
    node_ = &simulation_.add_node("disk-1", [](Node& self) { self.sleep_for(1h); });
  }
  Disk& disk() { return node_->disk(); }

  Status write(const Op& op, bool at_end, char letter) {
    auto file = disk().open(name_of_file(op.file), Open::create);
    if (!file) return file.error();
    const std::string text(static_cast<std::size_t>(op.length), letter);
    return at_end ? file->append(view_of(text)) : file->write(op.at, view_of(text));
  }
  Status truncate(const Op& op) {
    auto file = disk().open(name_of_file(op.file), Open::existing);
    return file ? file->truncate(op.at) : file.error();
  }
  Status sync(const Op& op) {
    auto file = disk().open(name_of_file(op.file), Open::existing);
    if (!file) return file.error();
    if (mutation_ == Mutation::syncs_are_lies) return {};
    std::optional<Status> answer;
    node_->spawn("sync", [&] { answer = file->sync(); });
    (void)simulation_.run_until([&] { return answer.has_value(); }, 1s);
    if (mutation_ == Mutation::failed_syncs_go_through && !answer->ok()) return {};
    return *answer;
  }
  void crash() {
    if (mutation_ == Mutation::crashes_lose_the_cache) {
      lose_power(PowerFate::lost);
      return;
    }
    simulation_.crash_process(node_->id());
    simulation_.restart(node_->id());
  }
  void lose_power(PowerFate fate) {
    simulation_.lose_power(node_->id(), {}, fate);
    if (mutation_ == Mutation::tears_reach_synced_pages) {
      if (auto file = disk().open("file-0", Open::existing); file && file->size() > 0)
        (void)file->write(0, view_of("\1"));
    }
    if (mutation_ == Mutation::names_are_lost_out_of_order && disk().exists("file-0") &&
        disk().exists("file-1"))
      (void)disk().remove("file-0");
    simulation_.restart(node_->id());
  }
  void strike(const Op& op) {
    using Kind = Op::Kind;
    const NextOnes next{};
    if (op.kind == Kind::fail_sync) disk().fail_syncs(next);
    if (op.kind == Kind::fail_write) disk().fail_writes(next);
    if (op.kind == Kind::fill) disk().fill();
    if (op.kind == Kind::tear_sync) disk().tear_syncs(next);
    if (op.kind == Kind::rot) disk().rot({}, 1 + op.at % 5);
    if (op.kind == Kind::lose_write) disk().lose_writes(next);
    if (op.kind == Kind::misdirect_write) disk().misdirect_writes(next);
    if (op.kind == Kind::heal) heal();
  }
  void heal() {
    if (mutation_ == Mutation::heals_nothing && disk().is_damaged()) return;
    disk().heal();
  }

  std::map<std::string, std::string> files() {
    std::map<std::string, std::string> found;
    for (const auto& path : disk().list("")) {
      const auto bytes = disk().open(path, Open::existing)->read_all();
      found.emplace(path, text_of(*bytes));
    }
    return found;
  }

 private:
  Mutation mutation_;
  Simulation simulation_;
  Node* node_ = nullptr;
};

/// One file as it should be.
struct File {
  std::string cached;
  std::string synced;
  std::vector<std::string> half_synced;  // what syncs that broke off were writing
};

class Oracle {
 public:
  using Names = std::map<std::string, std::shared_ptr<File>>;

  // What is wrong with the machine's answer, or nothing.
  std::optional<std::string> apply(Machine& machine, const Op& op, char letter) {
    using Kind = Op::Kind;
    const auto path = name_of_file(op.file);
    switch (op.kind) {
      case Kind::write:
      case Kind::append:
        if (auto wrong = write(machine, op, path, letter)) return wrong;
        break;
      case Kind::truncate:
        if (machine.truncate(op).ok())
          names_.at(path)->cached.resize(static_cast<std::size_t>(op.at));
        break;
      case Kind::sync:
        if (auto wrong = sync(machine, op, path)) return wrong;
        break;
      case Kind::remove:
        if (machine.disk().remove(path).ok() != (names_.erase(path) > 0)) return "remove " + path;
        remember_names();
        break;
      case Kind::rename: {
        const auto to = name_of_file(op.file + 1 + op.at % 2);
        const auto found = names_.find(path);
        if (machine.disk().rename(path, to).ok() != (found != names_.end()))
          return "rename " + path;
        if (found == names_.end()) break;
        const auto file = found->second;
        names_.erase(found);
        names_[to] = file;
        remember_names();
        break;
      }
      case Kind::process_crash:
        machine.crash();
        break;
      case Kind::power_loss: {
        const auto fate = power_fates[static_cast<std::size_t>(op.at) % power_fates.size()];
        machine.lose_power(fate);
        if (auto wrong = survive(machine.files(), fate)) return wrong;
        break;
      }
      default:
        if (op.kind == Kind::fail_sync) ++failing_syncs_;
        if (op.kind == Kind::fail_write) ++failing_writes_;
        if (op.kind == Kind::tear_sync) ++torn_syncs_;
        if (op.kind == Kind::fill) is_full_ = true;
        if (op.kind == Kind::heal) {
          failing_syncs_ = failing_writes_ = torn_syncs_ = 0;
          is_full_ = false;
        }
        machine.strike(op);
    }
    return machine.files() == seen() ? std::nullopt
                                     : std::optional<std::string>("a file reads wrongly");
  }

 private:
  std::map<std::string, std::string> seen() const {
    std::map<std::string, std::string> files;
    for (const auto& [path, file] : names_) files.emplace(path, file->cached);
    return files;
  }
  void remember_names() { possible_names_.push_back(names_); }

  std::optional<std::string> write(Machine& machine, const Op& op, const std::string& path,
                                   char letter) {
    const bool at_end = op.kind == Op::Kind::append;
    const bool is_there = names_.contains(path);
    const auto written = machine.write(op, at_end, letter);
    if (!is_there && !is_full_) {
      names_[path] = std::make_shared<File>();
      remember_names();
    }
    if (is_full_)
      return written.is(ErrorCode::no_space) ? std::optional<std::string>{}
                                             : not_so("a full disk", op);
    if (failing_writes_ > 0) {
      --failing_writes_;
      return written.is(ErrorCode::io_error) ? std::optional<std::string>{}
                                             : not_so("a failing write", op);
    }
    if (!written.ok()) return not_so("a write", op);
    auto& cached = names_[path]->cached;
    const auto offset = at_end ? cached.size() : static_cast<std::size_t>(op.at);
    const auto length = static_cast<std::size_t>(op.length);
    cached.resize(std::max(cached.size(), offset + length));
    std::fill_n(cached.begin() + static_cast<std::ptrdiff_t>(offset), length, letter);
    return std::nullopt;
  }

  std::optional<std::string> sync(Machine& machine, const Op& op, const std::string& path) {
    const auto synced = machine.sync(op);
    const auto found = names_.find(path);
    if (found == names_.end())
      return synced.is(ErrorCode::not_found) ? std::optional<std::string>{}
                                             : not_so("a file that is none", op);
    auto& file = *found->second;
    if (synced.ok()) {
      if (failing_syncs_ > 0) return "a sync went through that must fail";
      file.synced = file.cached;
      file.half_synced.clear();
      possible_names_ = {names_};
      return std::nullopt;
    }
    if (!synced.is(ErrorCode::io_error)) return not_so("a failing sync", op);
    if (failing_syncs_ > 0) {
      --failing_syncs_;
    } else if (torn_syncs_ > 0) {
      --torn_syncs_;
      file.half_synced.push_back(file.cached);
    } else {
      return not_so("a sync", op);
    }
    return std::nullopt;
  }
  static std::optional<std::string> not_so(const char* what, const Op& op) {
    return std::string("unexpected outcome of ") + what + " at offset " + std::to_string(op.at);
  }

  // After a power loss: each name and page is one that could have survived; goes on from there.
  std::optional<std::string> survive(const std::map<std::string, std::string>& found,
                                     PowerFate fate) {
    const auto has_names = [&](const Names& names) {
      return std::equal(
          names.begin(), names.end(), found.begin(), found.end(),
          [](const auto& one, const auto& other) { return one.first == other.first; });
    };
    std::string trouble = "the names are no prefix of the journal";
    for (const auto& names : possible_names_) {
      if (fate == PowerFate::lost && &names != &possible_names_.front()) break;
      if (fate == PowerFate::kept && &names != &possible_names_.back()) continue;
      if (!has_names(names)) continue;
      trouble.clear();
      for (const auto& [path, file] : names) {
        if (auto wrong = trouble_with(*file, found.at(path), fate)) trouble = path + ": " + *wrong;
      }
      if (trouble.empty()) break;
    }
    if (!trouble.empty()) return trouble;
    names_.clear();
    for (const auto& [path, content] : found)
      names_[path] = std::make_shared<File>(File{content, content, {}});
    possible_names_ = {names_};
    return std::nullopt;
  }

  static std::optional<std::string> trouble_with(const File& file, const std::string& found,
                                                 PowerFate fate) {
    if (fate == PowerFate::kept && found != file.cached) return "what was kept is not all there";
    const bool was_torn = !file.half_synced.empty();
    if (fate == PowerFate::lost && !was_torn && found != file.synced)
      return "what was lost is not all gone, or more is";
    std::vector<const std::string*> versions{&file.synced, &file.cached};
    for (const auto& half : file.half_synced) versions.push_back(&half);
    std::size_t shortest = found.size();
    std::size_t longest = 0;
    for (const auto* version : versions) {
      shortest = std::min(shortest, version->size());
      longest = std::max(longest, version->size());
    }
    if (found.size() > longest) return "the file is longer than it ever was";
    if (found.size() < shortest) return "the file is shorter than it ever was";
    const auto byte_of = [](const std::string& version, std::size_t at) {
      return at < version.size() ? version[at] : '\0';
    };
    for (std::size_t start = 0; start < found.size(); start += page_bytes) {
      const auto end = std::min(found.size(), start + page_bytes);
      if (was_torn) {
        for (std::size_t at = start; at < end; ++at) {
          if (std::none_of(versions.begin(), versions.end(),
                           [&](const auto* each) { return byte_of(*each, at) == found[at]; }))
            return "a byte that nobody wrote";
        }
        continue;
      }
      std::size_t at = start;
      while (at < end && found[at] == byte_of(file.cached, at)) ++at;
      while (at < end && found[at] == byte_of(file.synced, at)) ++at;
      if (at < end) return "a page is neither kept nor lost nor torn";
    }
    return std::nullopt;
  }

  Names names_;
  std::vector<Names> possible_names_{Names{}};  // since the last sync, in the journal's order
  int failing_syncs_ = 0;
  int failing_writes_ = 0;
  int torn_syncs_ = 0;
  bool is_full_ = false;
};

char letter_of(std::size_t step) { return static_cast<char>('a' + step % 26); }

std::optional<std::string> survival(const Ops& ops, Mutation mutation) {
  Machine machine(mutation);
  Oracle oracle;
  for (std::size_t step = 0; step < ops.size(); ++step) {
    if (auto wrong = oracle.apply(machine, ops[step], letter_of(step)))
      return "step " + std::to_string(step) + ": " + *wrong;
  }
  return std::nullopt;
}

void perform(Machine& machine, const Op& op, char letter) {
  using Kind = Op::Kind;
  switch (op.kind) {
    case Kind::write:
    case Kind::append:
      (void)machine.write(op, op.kind == Kind::append, letter);
      break;
    case Kind::truncate:
      (void)machine.truncate(op);
      break;
    case Kind::sync:
      (void)machine.sync(op);
      break;
    case Kind::remove:
      (void)machine.disk().remove(name_of_file(op.file));
      break;
    case Kind::rename:
      (void)machine.disk().rename(name_of_file(op.file), name_of_file(op.file + 1 + op.at % 2));
      break;
    case Kind::process_crash:
      machine.crash();
      break;
    case Kind::power_loss:
      machine.lose_power(power_fates[static_cast<std::size_t>(op.at) % power_fates.size()]);
      break;
    default:
      machine.strike(op);
  }
}

// Two machines do the same, one of them on a disk that rots, loses and misdirects writes.
std::optional<std::string> healing(const Ops& ops, Mutation mutation) {
  Machine damaged(mutation);
  Machine pristine;
  for (std::size_t step = 0; step < ops.size(); ++step) {
    perform(damaged, ops[step], letter_of(step));
    if (!is_damage(ops[step])) perform(pristine, ops[step], letter_of(step));
    if (!damaged.disk().is_damaged() && damaged.files() != pristine.files())
      return "step " + std::to_string(step) + ": a disk that is not damaged reads wrongly";
  }
  damaged.heal();
  if (damaged.files() != pristine.files()) return "what was healed is not pristine";
  damaged.lose_power(PowerFate::lost);
  pristine.lose_power(PowerFate::lost);
  if (damaged.files() != pristine.files()) return "what was healed is not pristine on the platter";
  return std::nullopt;
}

RC_GTEST_PROP(Disk, WhatWasSyncedSurvivesAndTheRestFaresPageByPage, ()) {
  const auto wrong = survival(*operations(Op::Kind::heal), Mutation::none);
  if (wrong) RC_FAIL(*wrong);
}

RC_GTEST_PROP(Disk, DamageThatHealsWasNeverThere, ()) {
  const auto wrong = healing(*operations(Op::Kind::misdirect_write), Mutation::none);
  if (wrong) RC_FAIL(*wrong);
}

std::size_t steps_to_find(Mutation mutation) {
  const bool heals = mutation == Mutation::heals_nothing;
  const auto found = property::smallest_counterexample<Ops>(
      operations(heals ? Op::Kind::misdirect_write : Op::Kind::heal),
      [&](const Ops& ops) { return heals ? healing(ops, mutation) : survival(ops, mutation); });
  return found ? found->size() : 1'000;
}

TEST(DiskProperty, FindsPlantedMutationsAndShrinksThem) {
  EXPECT_LE(steps_to_find(Mutation::syncs_are_lies), 3u);
  EXPECT_LE(steps_to_find(Mutation::failed_syncs_go_through), 3u);
  EXPECT_LE(steps_to_find(Mutation::crashes_lose_the_cache), 2u);
  EXPECT_LE(steps_to_find(Mutation::tears_reach_synced_pages), 3u);
  EXPECT_LE(steps_to_find(Mutation::names_are_lost_out_of_order), 4u);
  EXPECT_LE(steps_to_find(Mutation::heals_nothing), 4u);
}

}  // namespace
}  // namespace logquake::sim
