// How long messages take, drawn for each: the distributions that networks are measured to have.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/ratio.h"
#include "sim/base/time.h"

namespace logquake::sim {

class Random;

/// uniform: a quiet network; exponential: one with queues; bimodal: a quiet one where now and then
/// a message takes the slow path.
enum class Distribution : std::uint8_t { uniform, exponential, bimodal };
std::string_view name_of(Distribution distribution);
constexpr std::array<Distribution, 3> every(Distribution) {
  return {Distribution::uniform, Distribution::exponential, Distribution::bimodal};
}

/// One direction's latencies, in integers throughout. Only the fields of its own distribution
/// count.
struct Latency {
  Distribution distribution = Distribution::uniform;
  Duration low{};  // uniform, bimodal: between low and high; exponential: at least low
  Duration high{};
  Duration mean{};  // exponential: on top of low, on the average; at most 32 times as much
  Duration tail{};  // bimodal: with `tail_chance` between high and tail instead
  Ratio tail_chance;

  template <class Io>
  void io(Io& io) {
    io("distribution", distribution);
    io("low", low);
    if (distribution != Distribution::exponential) io("high", high);
    if (distribution == Distribution::exponential) io("mean", mean);
    if (distribution == Distribution::bimodal) {
      io("tail", tail);
      io("tail_chance", tail_chance);
    }
  }

  /// One message's latency.
  Duration draw(Random random) const;
  /// The longest that draw() can give.
  Duration most() const;
};

/// "between 1ms and 5ms", "1ms and on the average 20ms more".
std::string sentence_of(const Latency& latency);

}  // namespace logquake::sim
