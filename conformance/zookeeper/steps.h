// What clients do to an ensemble, drawn from a seed: the same steps are played against real servers
// and against the simulated ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/quorum/wire/messages.h"

namespace logquake::zookeeper::conformance {

/// What a run of steps is about.
enum class Profile : std::uint8_t {
  basic,    // sessions, the tree, access lists of world and ip, multis, one-shot watches
  lasting,  // basic, and watches that stay: sessions with an odd number hold no others (Z-WT-18)
  secured,  // basic, and digests: clients that prove who they are, lists that ask for it
  moves,    // basic, and sessions that move while their old connection is open (Z-SE-15); makes
            // sense only where servers are several
};
std::string_view name_of(Profile profile);
std::optional<Profile> profile_named(std::string_view name);

/// One thing that one client does. Sessions are counted from 1 in the order in which they open.
struct Step {
  enum class Kind : std::uint8_t { open, resume, drop, request, sweep };
  enum class Trick : std::uint8_t { none, wrong_password, far_ahead };  // of resume

  Kind kind{};
  int session = 0;
  int server = 0;            // open, resume: counted from 0; 0 is the leader
  std::int32_t timeout = 0;  // open, resume: asked for, in milliseconds
  Trick trick = Trick::none;
  Request request;        // request; the player numbers it
  bool over_old = false;  // request: over the connection that the session has left
  std::string path;       // sweep: what is deleted with all that is below it
};

/// What stands in an access list for the client's own address, which differs from run to run.
inline constexpr std::string_view own_address = "SELF";

/// `servers` is how many there are to choose from.
std::vector<Step> draw_steps(std::uint64_t seed, Profile profile, int count, int servers = 3);

}  // namespace logquake::zookeeper::conformance
