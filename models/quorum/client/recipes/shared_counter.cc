#include "models/quorum/client/recipes/shared_counter.h"

#include <charconv>

namespace logquake::zookeeper {

Result<std::int64_t> SharedCounter::add(int tries) {
  Error last{ErrorCode::bad_version, path_};
  for (int attempt = 0; attempt < tries; ++attempt) {
    auto found = client_.get(path_);
    if (!found) return found.error();
    const auto text = found->data.value_or("");
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    const auto set = client_.set(path_, std::to_string(value + 1), found->stat.version);
    if (set) return value + 1;
    if (!set.is(ErrorCode::bad_version)) return set.error();
  }
  return last;
}

}  // namespace logquake::zookeeper
