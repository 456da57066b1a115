// Finds the handler of a request. What nobody serves is neither advertised nor answered: the
// connection is closed. Source: K-WIRE-7 to 9, K-API-18, K-API-0f.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "models/protocol/api_versions.h"
#include "models/protocol/envelope.h"
#include "sim/payload.h"

namespace logquake::kafka {

/// Who sent a request.
struct RequestContext {
  std::string client_id;
  std::string client_host;  // the sending node's name
};

/// What becomes of the connection after a request.
struct Answer {
  enum class Kind : std::uint8_t { respond, silent, close };
  Kind kind = Kind::respond;
  sim::Payload body;
};

class RequestDispatcher {
 public:
  /// `handle` answers every `Request`; it may block.
  template <class Request>
  void serve(
      std::function<typename Request::Response(const Request&, const RequestContext&)> handle) {
    serve_raw(Request::api_key, [handle = std::move(handle)](const sim::Payload& body,
                                                             const RequestContext& context) {
      const auto* request = body.as<Request>();
      if (request == nullptr) return Answer{Answer::Kind::close, {}};
      return Answer{Answer::Kind::respond, sim::Payload(handle(*request, context))};
    });
  }
  using RawHandler = std::function<Answer(const sim::Payload&, const RequestContext&)>;
  void serve_raw(ApiKey key, RawHandler handler) { handlers_[key] = std::move(handler); }

  /// Carries the request out. May block for as long as its handler does.
  Answer dispatch(const RequestEnvelope& request, const RequestContext& context) const;

  /// The versions of what is served, without requests between brokers.
  ApiVersionsResponse api_versions(const ApiVersionsRequest& request) const;

 private:
  std::map<ApiKey, RawHandler> handlers_;
};

}  // namespace logquake::kafka
