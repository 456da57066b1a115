// ApiVersions: what a broker can speak. Source: K-API-18, K-MSG-18.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/protocol/api_key.h"
#include "models/protocol/errors.h"
#include "models/protocol/versions.h"

namespace logquake::kafka {

struct ApiVersionsResponse;

struct ApiVersionsRequest {
  static constexpr ApiKey api_key = ApiKey::api_versions;
  using Response = ApiVersionsResponse;

  std::string client_software_name{};
  std::string client_software_version{};
  bool operator==(const ApiVersionsRequest&) const = default;
  template <class Io>
  void io(Io& io) {
    since(io, 3, "client_software_name", client_software_name);
    since(io, 3, "client_software_version", client_software_version);
  }
};

struct ApiVersionRange {
  ApiKey api_key = ApiKey::produce;
  std::int16_t min_version = 0;
  std::int16_t max_version = 0;
  bool operator==(const ApiVersionRange&) const = default;
  template <class Io>
  void io(Io& io) {
    io("api_key", api_key);
    io("min_version", min_version);
    io("max_version", max_version);
  }
};

/// Sorted by key.
struct ApiVersionsResponse {
  ErrorCode error_code{};
  std::vector<ApiVersionRange> api_keys{};
  std::int32_t throttle_time_ms = 0;
  bool operator==(const ApiVersionsResponse&) const = default;
  template <class Io>
  void io(Io& io) {
    io("error_code", error_code);
    io("api_keys", api_keys);
    since(io, 1, "throttle_time_ms", throttle_time_ms);
  }
};

}  // namespace logquake::kafka
