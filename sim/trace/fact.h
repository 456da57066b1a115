// Facts: what models state about themselves, typed, and the only thing that logs, checkers,
// triggers, reports and fingerprints read.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/describe.h"

namespace logquake::sim {

using NodeId = Id<struct NodeTag, std::int32_t>;
/// Numbers everything that happens in a run, kernel events and facts alike; the same whether
/// recorded or not. Zero is "nothing".
using EventId = Id<struct EventTag>;

/// Whom a fact is for: `info` a person following the story, `debug` the protocol, `trace` the
/// kernel, `warn` a fault was injected, `error` a promise was broken.
enum class Level : std::uint8_t { trace, debug, info, warn, error };
std::string_view name_of(Level level);

/// What a fact type looks like:
///
///     struct IsrShrank {
///       static constexpr std::string_view kind = "broker.isr-shrank";   // an interface: stable
///       static constexpr sim::Level level = sim::Level::info;
///       std::string partition;  std::vector<BrokerId> isr;
///       template <class Io> void io(Io& io) { io("partition", partition); io("isr", isr); }
///       // All optional: for a person (without it the fields are printed);
///       std::string sentence() const;
///       // "leader 2, epoch 5": the state that something moved to;
///       std::string state() const;
///       // "partition orders-0": whose state that is (without it: of the node that says so).
///       std::string subject() const;
///     };
template <class T>
concept FactLike = Described<T> && requires {
  { T::kind } -> std::convertible_to<std::string_view>;
  { T::level } -> std::convertible_to<Level>;
};

/// Everything that can be done with a fact whose type has been erased.
struct FactType {
  std::string_view kind;
  std::uint64_t kind_hash;  // computed once per recording type, folded into the fingerprint
  Level level;
  void (*describe)(const void* fact, FieldSink& sink);
  void (*fold)(const void* fact, Fingerprint& digest);
  std::string (*sentence)(const void* fact);
  std::string (*subject)(const void* fact);
  std::string (*state)(const void* fact);
};

namespace detail {
/// FNV-1a, because xxHash cannot run at compile time.
constexpr std::uint64_t hash_of_kind(std::string_view kind) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : kind) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return mix64(hash);
}
}  // namespace detail

template <FactLike Fact>
inline constexpr FactType fact_type{
    .kind = Fact::kind,
    .kind_hash = detail::hash_of_kind(Fact::kind),
    .level = Fact::level,
    .describe = [](const void* fact,
                   FieldSink& sink) { describe(*static_cast<const Fact*>(fact), sink); },
    .fold = [](const void* fact,
               Fingerprint& digest) { fold_fields(*static_cast<const Fact*>(fact), digest); },
    .sentence = [](const void* fact) -> std::string {
      if constexpr (requires(const Fact& f) { f.sentence(); }) {
        return static_cast<const Fact*>(fact)->sentence();
      } else {
        return std::string(Fact::kind) + " " +
               to_line(DescribedView(*static_cast<const Fact*>(fact)));
      }
    },
    .subject = [](const void* fact) -> std::string {
      if constexpr (requires(const Fact& f) { f.subject(); })
        return static_cast<const Fact*>(fact)->subject();
      return {};
    },
    .state = [](const void* fact) -> std::string {
      if constexpr (requires(const Fact& f) { f.state(); })
        return static_cast<const Fact*>(fact)->state();
      return {};
    },
};

/// One fact on its way past the listeners. It is borrowed: copy out what must last.
class TraceEvent {
 public:
  EventId id;
  EventId cause;  // the fact or event that led to it; zero for none
  Instant at;     // simulated time
  NodeId node;    // where it was stated; -1 for the world outside the nodes
  std::string_view node_name;
  std::uint64_t node_hash;  // of its name: what the fingerprint takes
  const FactType* type;
  const void* fact;

  /// The fact as its own type, or null where it is another.
  template <FactLike Fact>
  const Fact* as() const {
    return type->kind_hash == fact_type<Fact>.kind_hash ? static_cast<const Fact*>(fact) : nullptr;
  }
  std::string_view kind() const { return type->kind; }
  DescribedView fields() const { return {fact, type->describe}; }
  std::string sentence() const { return type->sentence(fact); }
};

}  // namespace logquake::sim
