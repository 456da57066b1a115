// How requests and answers are written down so that two runs on different servers, with different
// ids and clocks, give the same text where they agree. The rules are in README.md.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "models/quorum/wire/messages.h"
#include "models/quorum/wire/watch_event.h"

namespace logquake::zookeeper::conformance {

/// Text in quotes, with what cannot be printed as \xNN.
std::string quoted(std::string_view text);
std::string text_of(const Request& request);
std::string text_of(ErrorCode code);
std::string text_of(const WatchEvent& event);

/// Knows the ids and times of one run, to leave them out.
class Transcript {
 public:
  /// The run's zxids are counted from here.
  void begin_at(Zxid zxid) { begin_ = zxid; }
  void name_session(SessionId session, int number) { sessions_[session] = number; }
  void name_host(std::string host) { host_ = std::move(host); }

  /// "z14"; "-" for none at all.
  std::string text_of(Zxid zxid) const;
  std::string text_of(const Stat& stat);
  std::string text_of(const Acl& acl) const;
  /// The outcome of `request`: code, zxid, and what came with them.
  std::string text_of(const Reply& reply, const Request& request);

 private:
  std::string times_of(const Stat& stat);
  std::string body_of(const OperationResult& result);
  std::string members_of(const Reply& reply, const Request& request);

  Zxid begin_;
  std::string host_;
  std::map<SessionId, int> sessions_;
  std::map<Zxid, std::int64_t> times_;  // of each transaction, as the first Stat has it
};

}  // namespace logquake::zookeeper::conformance
