// What travels on a connection between clients and brokers: a body with the header of K-WIRE-2
// and 3.
#pragma once

#include <string>

#include "models/protocol/api_key.h"
#include "models/protocol/ids.h"
#include "sim/payload.h"

namespace logquake::kafka {

/// A request with its header. Both ends keep to K-WIRE-7: a broker takes the next request of a
/// connection when the previous answer has been queued, so answers come back in order.
struct RequestEnvelope {
  ApiKey api_key{};
  CorrelationId correlation_id{};
  std::string client_id{};
  sim::Payload body{};  // the request struct whose api_key this is

  template <class Io>
  void io(Io& io) {
    io("api_key", api_key);
    io("correlation_id", correlation_id);
    io("client_id", client_id);
  }
};

struct ResponseEnvelope {
  CorrelationId correlation_id{};
  sim::Payload body{};  // the Response of the request's struct

  template <class Io>
  void io(Io& io) {
    io("correlation_id", correlation_id);
  }
};

}  // namespace logquake::kafka
