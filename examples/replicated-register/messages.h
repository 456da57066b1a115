// What clients and replicas say to each other. A message is a struct that names its fields once.
#pragma once

#include <cstdint>

namespace atomic_register {

struct Store {  // a client to a replica: keep this value unless you have a later one
  std::int64_t value = 0;
  template <class Io>
  void io(Io& io) {
    io("value", value);
  }
};
struct Stored {  // the replica's answer: it is on my disk
  template <class Io>
  void io(Io&) {}
};
struct Fetch {  // a client to a replica: what do you hold?
  template <class Io>
  void io(Io&) {}
};
struct Fetched {
  std::int64_t value = 0;
  template <class Io>
  void io(Io& io) {
    io("value", value);
  }
};

}  // namespace atomic_register
