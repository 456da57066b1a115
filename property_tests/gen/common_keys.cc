#include "property_tests/gen/common_keys.h"

#include "property_tests/gen/tables.h"

namespace logquake::property {

Duration drawn_duration(Duration unit, std::int64_t most) {
  return *rc::gen::inRange<std::int64_t>(1, most + 1) * unit;
}

bool drawn_chance(int in) { return *rc::gen::resize(100, rc::gen::inRange(0, in)) == 0; }

scenario::Value drawn_common_keys(const CommonKeys& keys) {
  auto document =
      table({{"name", text(keys.name)},
             {"about", text(keys.about)},
             {"length", duration(1s + drawn_duration(500ms, (keys.most_length - 1s) / 500ms))},
             {"settle", duration(keys.settle)}});
  if (drawn_chance(2)) {
    document.set("strategy", text(*rc::gen::element<std::string>("random", "random:2ms", "pct:3",
                                                                 "pct:3:50ms")));
  } else {
    document.set("strategy", text("fifo"));
  }
  if (drawn_chance(2)) {
    const auto low = drawn_duration(100us, 100);
    const auto high = low + drawn_duration(100us, 1000);
    document.set("network",
                 table({{"latency_low", duration(low)}, {"latency_high", duration(high)}}));
    if (drawn_chance(3))
      document.find("network")->set("pair_offset", duration(drawn_duration(1ms, 30)));
  }
  if (drawn_chance(3)) {
    document.set("faults",
                 table({{"mix", Value::of_list({})}, {"buggify", Value::of_boolean(true)}}));
  }
  return document;
}

}  // namespace logquake::property
