// InitProducerId: a producer's identity. Source: K-API-22, K-PRD-21, K-MSG-22.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/protocol/api_key.h"
#include "models/protocol/errors.h"
#include "models/protocol/ids.h"
#include "models/protocol/versions.h"

namespace logquake::kafka {

struct InitProducerIdResponse;

/// Without a transactional id any broker answers with a fresh producer id and epoch 0.
struct InitProducerIdRequest {
  static constexpr ApiKey api_key = ApiKey::init_producer_id;
  using Response = InitProducerIdResponse;

  std::optional<std::string> transactional_id{};
  std::int32_t transaction_timeout_ms = 0;
  ProducerId producer_id = no_producer_id;
  ProducerEpoch producer_epoch = no_producer_epoch;
  bool operator==(const InitProducerIdRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    io("transactional_id", transactional_id);
    io("transaction_timeout_ms", transaction_timeout_ms);
    since(io, 3, "producer_id", producer_id);
    since(io, 3, "producer_epoch", producer_epoch);
  }
};

struct InitProducerIdResponse {
  std::int32_t throttle_time_ms = 0;
  ErrorCode error_code{};
  ProducerId producer_id = no_producer_id;
  ProducerEpoch producer_epoch = no_producer_epoch;
  bool operator==(const InitProducerIdResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    io("throttle_time_ms", throttle_time_ms);
    io("error_code", error_code);
    io("producer_id", producer_id);
    io("producer_epoch", producer_epoch);
  }
};

}  // namespace logquake::kafka
