// Damage that lies over pristine bytes against damage that is done to the bytes themselves.
#include "sim/disk/disk_overlay.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "property_tests/planted.h"
#include "sim/disk/page_cache.h"

namespace logquake::sim {
namespace {

constexpr std::size_t page_bytes = 4096;

struct Act {
  enum class Kind : std::uint8_t { write, truncate, sync, lost, misdirected, rot, power_loss };
  Kind kind{};
  int at = 0;
  int length = 0;
};

std::ostream& operator<<(std::ostream& out, const Act& act) {
  constexpr std::array<std::string_view, 7> names{"write",       "truncate", "sync",      "lost",
                                                  "misdirected", "rot",      "power_loss"};
  return out << names[static_cast<std::size_t>(act.kind)] << "(at " << act.at << ", length "
             << act.length << ")";
}

using Acts = std::vector<Act>;

rc::Gen<Acts> acts() {
  using Kind = Act::Kind;
  return rc::gen::container<Acts>(rc::gen::build<Act>(
      rc::gen::set(&Act::kind,
                   rc::gen::element(Kind::write, Kind::write, Kind::truncate, Kind::sync,
                                    Kind::lost, Kind::misdirected, Kind::rot, Kind::power_loss)),
      rc::gen::set(&Act::at, rc::gen::inRange(0, 15'000)),
      rc::gen::set(&Act::length, rc::gen::inRange(1, 6'000))));
}

/// How the naive disk is wrong; none is right.
enum class Mutation : std::uint8_t {
  none,
  writes_keep_the_rot,
  syncs_leave_the_rot,
  lost_pages_arrive,
  power_losses_keep_the_cache,
};

/// One file whose bytes faults really change.
class Naive {
 public:
  explicit Naive(Mutation mutation) : mutation_(mutation) {}
  const std::string& cached() const { return cached_; }
  const std::set<std::size_t>& dirty() const { return dirty_; }
  bool is_cold(std::size_t at) const {
    return at < std::min(cached_.size(), platter_.size()) && !dirty_.contains(at / page_bytes);
  }

  void write(std::size_t at, std::size_t length, char letter) {
    touch(std::min(at, cached_.size()), at + length);
    cached_.resize(std::max(cached_.size(), at + length));
    for (std::size_t byte = at; byte < at + length; ++byte) {
      if (mutation_ == Mutation::writes_keep_the_rot && rotten_.contains(byte)) continue;
      cached_[byte] = letter;
    }
  }
  void truncate(std::size_t length) {
    touch(std::min(cached_.size(), length), std::max(cached_.size(), length));
    cached_.resize(length);
  }
  void sync(std::optional<std::size_t> lost, std::optional<std::size_t> lands_on) {
    std::string before = platter_;
    before.resize(std::max(before.size(), (cached_.size() / page_bytes + 1) * page_bytes));
    platter_.resize(cached_.size());
    for (const auto page : dirty_) copy(page, page, cached_);
    if (lands_on) copy(*lost, *lands_on, padded());
    if (lost && mutation_ != Mutation::lost_pages_arrive) copy(*lost, *lost, before);
    if (mutation_ == Mutation::syncs_leave_the_rot) {
      for (const auto byte : rotten_) {
        if (byte < platter_.size()) platter_[byte] = static_cast<char>(platter_[byte] ^ 1);
      }
    }
    dirty_.clear();
  }
  void rot(std::size_t at, int bit) {
    rotten_.insert(at);
    for (auto* bytes : {&cached_, &platter_})
      (*bytes)[at] = static_cast<char>((*bytes)[at] ^ (1 << bit));
  }
  void lose_power() {
    if (mutation_ != Mutation::power_losses_keep_the_cache) cached_ = platter_;
    dirty_.clear();
  }

 private:
  void touch(std::size_t from, std::size_t end) {
    for (std::size_t page = from / page_bytes; page * page_bytes < end; ++page) dirty_.insert(page);
  }
  std::string padded() const {
    std::string whole = cached_;
    whole.resize((cached_.size() / page_bytes + 1) * page_bytes);
    return whole;
  }
  void copy(std::size_t page, std::size_t to, const std::string& from) {
    for (std::size_t byte = 0; byte < page_bytes; ++byte) {
      if (page * page_bytes + byte >= from.size() || to * page_bytes + byte >= platter_.size())
        return;
      platter_[to * page_bytes + byte] = from[page * page_bytes + byte];
    }
  }

  Mutation mutation_;
  std::string cached_;
  std::string platter_;
  std::set<std::size_t> dirty_;
  std::set<std::size_t> rotten_;
};

std::string seen(const PageCache& file) {
  const auto pristine = file.read(0, file.size());
  Bytes bytes(pristine.begin(), pristine.end());
  file.overlay().apply_seen(0, bytes);
  return std::string(text_of(bytes));
}

void sync_astray(PageCache& file, Naive& naive, const Act& act, Episode layer) {
  std::vector<std::size_t> candidates;
  for (const auto page : naive.dirty()) {
    if (page * page_bytes < naive.cached().size()) candidates.push_back(page);
  }
  if (candidates.empty()) {
    file.flush();
    naive.sync({}, {});
    return;
  }
  const auto page = candidates[static_cast<std::size_t>(act.at) % candidates.size()];
  std::optional<std::size_t> lands_on;
  const auto others = (naive.cached().size() - 1) / page_bytes;
  if (act.kind == Act::Kind::misdirected && others > 0) {
    const auto other = static_cast<std::size_t>(act.length) % others;
    lands_on = other < page ? other : other + 1;
  }
  PageCache::Astray astray{.page = static_cast<std::int64_t>(page), .lands_on = {}, .layer = layer};
  if (lands_on) astray.lands_on = static_cast<std::int64_t>(*lands_on);
  file.complete_sync(file.begin_sync(), astray);
  naive.sync(page, lands_on);
}

std::optional<std::string> reading(const Acts& all, Mutation mutation) {
  PageCache file;
  Naive naive(mutation);
  Episode layer = 0;
  for (std::size_t step = 0; step < all.size(); ++step) {
    const auto& act = all[step];
    const auto letter = static_cast<char>('a' + step % 26);
    switch (act.kind) {
      case Act::Kind::write: {
        const std::string text(static_cast<std::size_t>(act.length), letter);
        file.write(act.at, view_of(text), Instant{});
        naive.write(static_cast<std::size_t>(act.at), text.size(), letter);
        break;
      }
      case Act::Kind::truncate:
        file.truncate(act.at, Instant{});
        naive.truncate(static_cast<std::size_t>(act.at));
        break;
      case Act::Kind::sync:
        file.flush();
        naive.sync({}, {});
        break;
      case Act::Kind::lost:
      case Act::Kind::misdirected:
        sync_astray(file, naive, act, ++layer);
        break;
      case Act::Kind::rot:
        if (!naive.is_cold(static_cast<std::size_t>(act.at))) break;
        file.overlay().flip(++layer, act.at, act.length % 8);
        naive.rot(static_cast<std::size_t>(act.at), act.length % 8);
        break;
      case Act::Kind::power_loss:
        file.lose_power([](std::int64_t) { return PageCache::Fate::lost; }, 0);
        naive.lose_power();
        break;
    }
    if (seen(file) != naive.cached())
      return "after step " + std::to_string(step) + " the file reads otherwise";
  }
  return std::nullopt;
}

RC_GTEST_PROP(DiskOverlay, ReadsAsIfTheBytesThemselvesWereDamaged, ()) {
  const auto wrong = reading(*acts(), Mutation::none);
  if (wrong) RC_FAIL(*wrong);
}

std::size_t acts_to_find(Mutation mutation) {
  const auto found = property::smallest_counterexample<Acts>(
      acts(), [&](const Acts& all) { return reading(all, mutation); });
  return found ? found->size() : 1'000;
}

TEST(DiskOverlayProperty, FindsPlantedMutationsAndShrinksThem) {
  EXPECT_LE(acts_to_find(Mutation::writes_keep_the_rot), 4u);
  EXPECT_LE(acts_to_find(Mutation::syncs_leave_the_rot), 5u);
  EXPECT_LE(acts_to_find(Mutation::lost_pages_arrive), 3u);
  EXPECT_LE(acts_to_find(Mutation::power_losses_keep_the_cache), 2u);
}

}  // namespace
}  // namespace logquake::sim
