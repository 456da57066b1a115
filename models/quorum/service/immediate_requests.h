// Requests that a server answers on receipt, before those that came earlier: credentials, and what
// it does not know. Pure. Source: Z-WP-7, Z-ER-7, Z-OBS-24, Z-OBS-29, Z-OBS-91, Z-OBS-101.
#pragma once

#include <optional>
#include <string>

#include "models/quorum/wire/messages.h"
#include "sim/network/connection.h"

namespace logquake::zookeeper {

struct ImmediateAnswer {
  Reply reply;
  bool closes = false;  // the connection, behind the reply
};

/// The request in a message of a client that has been greeted, or null. A second ConnectRequest
/// reads as one with xid 0 and op 0. Source: Z-WP-15.
const Request* request_in(const sim::Payload& message);

/// The answer, or nothing where the request has to wait its turn. What the client, seen at `host`,
/// proves joins `identities`, which count for the requests behind it.
std::optional<ImmediateAnswer> answer_at_once(const Request& request, const std::string& host,
                                              Identities& identities);

}  // namespace logquake::zookeeper
