#include "models/broker/server/request_dispatcher.h"

#include <algorithm>
#include <string_view>

namespace logquake::kafka {

namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// [a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])? — Source: K-API-18. Absent counts as legal: versions
/// below 3.
bool is_legal_software_name(std::string_view text) {
  if (text.empty()) return true;
  return is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(text,
                             [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

}  // namespace

Answer RequestDispatcher::dispatch(const RequestEnvelope& request,
                                   const RequestContext& context) const {
  if (request.api_key == ApiKey::api_versions) {
    const auto* body = request.body.as<ApiVersionsRequest>();
    if (body == nullptr) return {Answer::Kind::close, {}};
    return {Answer::Kind::respond, sim::Payload(api_versions(*body))};
  }
  const auto found = handlers_.find(request.api_key);
  if (found == handlers_.end()) return {Answer::Kind::close, {}};
  return found->second(request.body, context);
}

ApiVersionsResponse RequestDispatcher::api_versions(const ApiVersionsRequest& request) const {
  ApiVersionsResponse response;
  if (!is_legal_software_name(request.client_software_name) ||
      !is_legal_software_name(request.client_software_version)) {
    response.error_code = ErrorCode::invalid_request;
    return response;
  }
  for (const auto& range : api_ranges) {
    const bool is_served = range.key == ApiKey::api_versions || handlers_.contains(range.key);
    if (range.advertised && is_served)
      response.api_keys.push_back({range.key, range.min, range.max});
  }
  return response;
}

}  // namespace logquake::kafka
