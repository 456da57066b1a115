#include "models/quorum/client/recipes/place_in_line.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace logquake::zookeeper {
namespace {

constexpr std::size_t suffix_digits = 10;  // Z-DM-9
constexpr std::string_view shared_word = "-shared-";

std::string number_in(const std::string& name) {
  return name.size() < suffix_digits ? std::string() : name.substr(name.size() - suffix_digits);
}

}  // namespace

PlaceInLine::PlaceInLine(ZooKeeperClient& client, EventBell& bell, std::string folder,
                         std::string mark, Sharing sharing)
    : client_(client),
      bell_(bell),
      folder_(std::move(folder)),
      mark_(std::move(mark)),
      sharing_(sharing) {}

bool PlaceInLine::is_shared(std::string_view place) {
  return place.substr(0, place.size() - std::min(place.size(), suffix_digits))
      .ends_with(shared_word);
}

Status PlaceInLine::take() {
  if (const auto synced = client_.sync(folder_); !synced) return synced.error();  // Z-SE-26
  auto line = client_.children(folder_);
  if (!line) return line.error();
  for (const auto& name : line->names) {
    if (name.starts_with(mark_ + "-")) path_ = folder_ + "/" + name;
  }
  if (path_.empty()) {
    const std::string word(sharing_ == Sharing::shared ? shared_word : "-");
    auto created = client_.create(folder_ + "/" + mark_ + word, std::string(),
                                  CreateMode::ephemeral_sequential);
    if (!created) return created.error();
    path_ = created->path;
  }
  auto stat = client_.exists(path_);
  if (!stat) return stat.error();
  token_ = stat->czxid;
  return {};
}

Result<std::optional<std::string>> PlaceInLine::predecessor() {
  auto line = client_.children(folder_);
  if (!line) return line.error();
  const auto own = number_in(path_);
  std::optional<std::string> best;
  bool is_there = false;
  for (const auto& name : line->names) {
    if (name.starts_with(mark_ + "-")) {
      is_there = true;
      continue;
    }
    if (sharing_ == Sharing::shared && is_shared(name)) continue;
    const auto number = number_in(name);
    if (number < own && (!best || number > number_in(*best))) best = name;
  }
  // Its session has ended, and another client may be first.
  if (!is_there) return Error{ErrorCode::session_expired, path_};
  return best;
}

Result<bool> PlaceInLine::wait_until_first(Duration patience, sim::Node& node) {
  const auto deadline = node.now() + patience;
  while (node.now() < deadline) {
    const auto rings = bell_.rings();
    Error trouble;
    if (token_ == Zxid()) {
      if (const auto taken = take(); !taken) trouble = taken.error();
    }
    if (trouble.code == ErrorCode::ok) {
      auto before = predecessor();
      if (before && !*before) return true;
      if (before) {
        const auto watched = client_.exists(folder_ + "/" + **before, Watch::once);
        if (watched) {
          bell_.wait_beyond(rings, deadline - node.now());
          continue;
        }
        trouble = watched.error();
      } else {
        trouble = before.error();
      }
    }
    if (trouble.code == ErrorCode::session_expired) return trouble;
    if (trouble.code == ErrorCode::connection_loss)
      (void)client_.wait_until_connected(deadline - node.now());
    if (client_.state() == SessionState::expired || client_.state() == SessionState::closed)
      return Error{ErrorCode::session_expired, folder_};
  }
  return false;
}

Status PlaceInLine::leave() {
  const auto line = client_.children(folder_);
  if (!line && !line.is(ErrorCode::no_node)) return line.error();  // no line, no place in it
  for (const auto& name : line ? line->names : std::vector<std::string>()) {
    if (!name.starts_with(mark_ + "-")) continue;
    const auto removed = client_.remove(folder_ + "/" + name);
    if (!removed && !removed.is(ErrorCode::no_node)) return removed.error();
  }
  path_.clear();
  token_ = {};
  return {};
}

}  // namespace logquake::zookeeper
