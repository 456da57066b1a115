#include "models/quorum/zab/sync_plan.h"

#include <gtest/gtest.h>

#include "models/quorum/zab/zab_testing.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

using testing::transaction;

CommittedWindow window_of(const std::vector<Zxid>& zxids) {
  CommittedWindow window;
  for (const Zxid zxid : zxids) window.add(transaction(zxid));
  return window;
}

std::string text_of_plan(const SyncPlan& plan) {
  auto text = format("{} {}", name_of(plan.method), hex_of(plan.zxid));
  for (const auto& next : plan.follow) text += " " + hex_of(next.zxid);
  return text;
}

const std::vector<Zxid> window_zxids{make_zxid(1, 4), make_zxid(1, 5), make_zxid(3, 1),
                                     make_zxid(3, 2)};

LogSuffix log_of(std::vector<Zxid> zxids) {
  return [zxids](Zxid from) {
    std::vector<Transaction> suffix;
    for (const Zxid zxid : zxids) {
      if (zxid <= from) suffix.clear();
      suffix.push_back(transaction(zxid));
    }
    return suffix;
  };
}

struct Case {
  const char* why;
  Zxid learner;
  const char* plan;
};

// Z-SY-1, Z-SY-2, Z-SY-3, Z-OBS-61, Z-OBS-66.
TEST(SyncPlan, FollowsTheTableOfCases) {
  const auto window = window_of(window_zxids);
  const Zxid processed = make_zxid(3, 2);
  const std::vector<Case> cases{
      {"(1) nothing is missing", make_zxid(3, 2), "DIFF 0x300000002"},
      {"(2) orphans of this epoch", make_zxid(3, 4), "TRUNC 0x300000002"},
      {"(2) an orphan of a later epoch", make_zxid(4, 1), "TRUNC 0x300000002"},
      {"a later epoch's marker is nothing to cut", make_zxid(4, 0), "SNAP 0x300000002"},
      {"(3) found, inside the window", make_zxid(1, 5), "DIFF 0x300000002 0x300000001 0x300000002"},
      {"(3) found, the window's first", make_zxid(1, 4),
       "DIFF 0x300000002 0x100000005 0x300000001 0x300000002"},
      {"(3) an orphan, the next one is of another epoch", make_zxid(1, 6), "SNAP 0x300000002"},
      {"(3) an orphan of an epoch nobody knows", make_zxid(2, 1), "SNAP 0x300000002"},
      {"(3) a bare marker", make_zxid(2, 0), "DIFF 0x300000002 0x300000001 0x300000002"},
      {"(3) this epoch's marker", make_zxid(3, 0), "DIFF 0x300000002 0x300000001 0x300000002"},
      {"(5) below the window", make_zxid(1, 3), "SNAP 0x300000002"},
      {"(5) brand-new", Zxid{}, "SNAP 0x300000002"},
  };

  for (const auto& [why, learner, plan] : cases)
    EXPECT_EQ(text_of_plan(plan_sync(learner, window, processed, {})), plan) << why;
}

// Z-SY-3: TRUNC and then the rest, where the orphan's own epoch goes on.
TEST(SyncPlan, TruncatesInsideTheWindowWhereTheEpochGoesOn) {
  const auto window = window_of({make_zxid(1, 1), make_zxid(1, 2), make_zxid(1, 5)});

  const auto plan = plan_sync(make_zxid(1, 3), window, make_zxid(1, 5), {});

  EXPECT_EQ(text_of_plan(plan), "TRUNC 0x100000002 0x100000005");
}

// Z-OBS-67: an orphan is cut off while the new epoch has committed nothing.
TEST(SyncPlan, TruncatesAnOrphanBeforeTheNewEpochsFirstTransaction) {
  const auto window = window_of({make_zxid(1, 1), make_zxid(1, 2)});

  const auto plan = plan_sync(make_zxid(1, 3), window, make_zxid(2, 0), {});

  EXPECT_EQ(text_of_plan(plan), "TRUNC 0x100000002");
}

// Z-SY-1, Z-ZX-2: a follower that has all but the marker needs nothing.
TEST(SyncPlan, SendsNothingForTheMarkerAlone) {
  const auto window = window_of({make_zxid(1, 1), make_zxid(1, 2)});

  const auto plan = plan_sync(make_zxid(1, 2), window, make_zxid(2, 0), {});

  EXPECT_EQ(text_of_plan(plan), "DIFF 0x100000002");
}

// Z-SY-1: with an empty window min = max = p.
TEST(SyncPlan, KnowsOnlyTheLastZxidWhereTheWindowIsEmpty) {
  const Zxid processed = make_zxid(2, 3);

  EXPECT_EQ(text_of_plan(plan_sync(make_zxid(2, 3), {}, processed, {})), "DIFF 0x200000003");
  EXPECT_EQ(text_of_plan(plan_sync(make_zxid(2, 4), {}, processed, {})), "TRUNC 0x200000003");
  EXPECT_EQ(text_of_plan(plan_sync(make_zxid(2, 2), {}, processed, {})), "SNAP 0x200000003");
  // Z-OBS-104: after the establishment a fresh follower takes over the marker.
  EXPECT_EQ(text_of_plan(plan_sync(Zxid{}, {}, make_zxid(1, 0), {})), "SNAP 0x100000000");
}

// Z-SY-11: nobody's log has a record of a marker, so nobody is told to truncate to one.
TEST(SyncPlan, NeverTruncatesToAMarker) {
  const auto plan = plan_sync(make_zxid(1, 1), {}, make_zxid(1, 0), {});

  EXPECT_EQ(text_of_plan(plan), "SNAP 0x100000000");
}

// Z-SY-2 (4), Z-SY-14.
TEST(SyncPlan, ReadsTheLogBelowTheWindow) {
  const auto window = window_of(window_zxids);
  const Zxid processed = make_zxid(3, 2);
  const auto log = log_of({make_zxid(1, 1), make_zxid(1, 2), make_zxid(1, 3), make_zxid(1, 4),
                           make_zxid(1, 5), make_zxid(3, 1), make_zxid(3, 2)});

  EXPECT_EQ(text_of_plan(plan_sync(make_zxid(1, 2), window, processed, log)),
            "DIFF 0x300000002 0x100000003 0x100000004 0x100000005 0x300000001 0x300000002");
  EXPECT_EQ(text_of_plan(plan_sync(Zxid{}, window, processed, log)), "SNAP 0x300000002")
      << "the log has no record at or below it";
}

// Z-SY-2 (4): an orphan below the window, in the middle of an epoch that goes on.
TEST(SyncPlan, TruncatesBelowTheWindow) {
  const auto window = window_of({make_zxid(1, 9)});
  const auto log = log_of({make_zxid(1, 1), make_zxid(1, 2), make_zxid(1, 5), make_zxid(1, 9)});

  const auto plan = plan_sync(make_zxid(1, 3), window, make_zxid(1, 9), log);

  EXPECT_EQ(text_of_plan(plan), "TRUNC 0x100000002 0x100000005 0x100000009");
}

// Z-SY-2 (4): a gap between the log and the window leaves only SNAP.
TEST(SyncPlan, RefusesALogThatEndsBelowTheWindow) {
  const auto window = window_of(window_zxids);

  const auto plan = plan_sync(make_zxid(1, 1), window, make_zxid(3, 2),
                              log_of({make_zxid(1, 1), make_zxid(1, 2)}));

  EXPECT_EQ(text_of_plan(plan), "SNAP 0x300000002");
}

// Z-SY-2 (4): without a window the log alone may do.
TEST(SyncPlan, ReadsTheLogWhereTheWindowIsEmpty) {
  const auto plan = plan_sync(make_zxid(1, 1), {}, make_zxid(1, 3),
                              log_of({make_zxid(1, 1), make_zxid(1, 2), make_zxid(1, 3)}));

  EXPECT_EQ(text_of_plan(plan), "DIFF 0x100000003 0x100000002 0x100000003");
}

// D-ZB7, Z-SY-3, Z-OBS-66: the window's neighbour is a place to truncate to, whatever its epoch.
TEST(SyncPlan, TruncatesAcrossEpochsOnlyByMistake) {
  const auto window = window_of(window_zxids);
  const Zxid orphan = make_zxid(2, 1);

  EXPECT_EQ(plan_sync(orphan, window, make_zxid(3, 2), {}).method, PacketType::snap);
  EXPECT_EQ(
      text_of_plan(plan_sync(orphan, window, make_zxid(3, 2), {}, {.trunc_across_epochs = true})),
      "TRUNC 0x100000005 0x300000001 0x300000002");
}

// D-ZA16, Z-SY-2: a window that begins at zero seems to hold all that a brand-new server lacks.
TEST(SyncPlan, StartsAWindowAtZeroOnlyByMistake) {
  const auto window = window_of({make_zxid(2, 8), make_zxid(2, 9)});

  EXPECT_EQ(plan_sync(Zxid{}, window, make_zxid(2, 9), {}).method, PacketType::snap);
  EXPECT_EQ(
      text_of_plan(plan_sync(Zxid{}, window, make_zxid(2, 9), {}, {.diff_from_zero_window = true})),
      "DIFF 0x200000009 0x200000008 0x200000009");
}

}  // namespace
}  // namespace logquake::zookeeper
