#include "sim/network/latency.h"

#include "sim/base/format.h"
#include "sim/random.h"

namespace logquake::sim {

std::string_view name_of(Distribution distribution) {
  switch (distribution) {
    case Distribution::uniform:
      return "uniform";
    case Distribution::exponential:
      return "exponential";
    case Distribution::bimodal:
      return "bimodal";
  }
  return "?";
}

Duration Latency::draw(Random random) const {
  switch (distribution) {
    case Distribution::uniform:
      return random.between(low, high);
    case Distribution::exponential:
      return low + random.exponential(mean);
    case Distribution::bimodal:
      return random.chance(tail_chance) ? random.between(high, tail) : random.between(low, high);
  }
  return low;
}

Duration Latency::most() const {
  switch (distribution) {
    case Distribution::uniform:
      return high;
    case Distribution::exponential:
      return low + 32 * mean;
    case Distribution::bimodal:
      return tail;
  }
  return low;
}

std::string sentence_of(const Latency& latency) {
  if (latency.distribution == Distribution::exponential) {
    return format("{} and on the average {} more", to_text(latency.low), to_text(latency.mean));
  }
  const auto body = format("between {} and {}", to_text(latency.low), to_text(latency.high));
  if (latency.distribution == Distribution::uniform) return body;
  return format("{}, and {} of them up to {}", body, to_string(latency.tail_chance),
                to_text(latency.tail));
}

}  // namespace logquake::sim
