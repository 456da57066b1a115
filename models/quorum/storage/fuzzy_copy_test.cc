#include "models/quorum/storage/fuzzy_copy.h"

#include <gtest/gtest.h>

#include <vector>

#include "models/quorum/storage/storage.h"
#include "models/quorum/tree/request_preparer.h"
#include "sim/base/format.h"
#include "sim/random.h"

namespace logquake::zookeeper {
namespace {

Request random_request(sim::Random& random) {
  const auto top = format("/{}", random.below(4));
  const auto path = random.chance({1, 2}) ? top : format("{}/{}", top, random.below(3));
  Request request;
  switch (random.below(6)) {
    case 0:
      request.operation = remove_op(path);
      break;
    case 1:
      request.operation = set_op(path, format("{}", random.below(100)));
      break;
    case 2:
      request.operation = create_op(path + "-", "s", CreateMode::persistent_sequential);
      break;
    case 3:
      request.operation = create_op(path, "e", CreateMode::ephemeral);
      break;
    default:
      request.operation = create_op(path, "x");
  }
  return request;
}

// Z-ST-3: a copy taken in slices while transactions apply, and what came after its beginning
// replayed over it, is the state that applying them gave.
TEST(FuzzyCopy, AndAReplayAreTheStateItself) {
  int fuzzy = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    sim::Random random(seed);
    ZnodeTree tree;
    RequestPreparer preparer(tree, {});
    Caller caller;
    caller.session = SessionId(7);
    const auto apply = [&](const Transaction& transaction) {
      (void)tree.apply(transaction);
      preparer.applied(transaction.zxid);
    };
    apply(preparer.prepare_new_session(caller, 1000));
    for (int i = 0; i < 30; ++i) apply(preparer.prepare(caller, random_request(random)));

    FuzzyCopy copy(tree);
    std::vector<Transaction> since;
    while (copy.copy(1 + random.below(4))) {
      for (auto count = random.below(6); count > 0; --count) {
        since.push_back(preparer.prepare(caller, random_request(random)));
        apply(since.back());
      }
      if (random.chance({1, 30})) {
        since.push_back(preparer.prepare_close(caller, 0));
        apply(since.back());
      }
    }
    auto loaded = decode_snapshot(encode_snapshot(copy.state()));
    ASSERT_TRUE(loaded) << "seed " << seed;
    if (loaded->digest() != tree.digest()) ++fuzzy;
    for (const auto& transaction : since) loaded->replay(transaction);

    EXPECT_EQ(loaded->digest(), tree.digest()) << "seed " << seed;
    EXPECT_EQ(loaded->last_zxid(), tree.last_zxid()) << "seed " << seed;
  }
  EXPECT_GT(fuzzy, 250);
}

}  // namespace
}  // namespace logquake::zookeeper
