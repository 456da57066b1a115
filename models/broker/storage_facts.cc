#include "models/broker/storage_facts.h"

#include "sim/base/format.h"

namespace logquake::kafka {

std::string LogRecovered::sentence() const {
  if (dropped_bytes == 0) {
    return logquake::format("broker {} checked {} from offset {} on: complete up to {}", broker,
                            partition, recovery_point, log_end);
  }
  return logquake::format("broker {} lost the tail of {} ({} bytes: {}); it now ends at {}", broker,
                          partition, dropped_bytes, why, log_end);
}

std::string LogDirectoryFailed::sentence() const {
  return logquake::format("broker {} takes {} offline: {}: {}", broker, directory, deed, error);
}

std::string SegmentDeleted::sentence() const {
  return logquake::format("broker {} deletes {} from {} to {} ({})", broker, partition, base_offset,
                          end_offset, why);
}

std::string LogsClosed::sentence() const {
  return logquake::format("broker {} closed its logs {}", broker,
                          marker ? "cleanly" : "without saying that they are clean");
}

}  // namespace logquake::kafka
