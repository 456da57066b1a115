// What a leader demands of a batch before it appends it. Source: K-LOG-13, K-LOG-14.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/broker/config.h"
#include "models/protocol/errors.h"
#include "models/protocol/wire/record_batch.h"
#include "sim/base/time.h"

namespace logquake::kafka {

/// Who appends: producers are held to their sequences, the group coordinator is trusted.
enum class AppendOrigin : std::uint8_t { client, coordinator };

/// One record that was refused; `index` counts within the batch.
struct RefusedRecord {
  std::int32_t index = 0;
  std::string message;
};

/// Why a batch was refused, with every offender (K-LOG-14).
struct AppendError {
  using Code = ErrorCode;
  ErrorCode code{};
  std::string message;
  std::vector<RefusedRecord> records;
};
std::string to_string(const AppendError& error);

/// Checks the request's shape (exactly one batch of magic 2, base offset 0) and then the batch.
/// Returns the batch's header, with max_timestamp as the largest of its records' (K-LOG-15).
/// A pure function of its arguments.
Result<wire::BatchHeader, AppendError> check_batch(ByteView records, const TopicConfig& config,
                                                   WallTime now, AppendOrigin origin);

}  // namespace logquake::kafka
