// The longer texts of four-letter words: connections, sessions, settings, watches. Source: Z-4L-7,
// Z-4L-8, Z-4L-10 to Z-4L-12.
#pragma once

#include <string>

#include "models/quorum/service/server_statistics.h"

namespace logquake::zookeeper {

/// One connection for `stat`, and for `cons`; without an end of line.
std::string brief_line(const ConnectionStatistics& connection);
std::string full_line(const ConnectionStatistics& connection);
/// `dump`: sessions, ephemerals, connections.
std::string dump_text(const ServerStatistics& server);
/// `conf`: the settings, and of an ensemble its members.
std::string configuration_text(const ServerStatistics& server);
/// `wchs`, `wchc`, `wchp`: of data watches alone.
std::string watch_summary(const ServerStatistics& server);
std::string watches_by_session(const ServerStatistics& server);
std::string watches_by_path(const ServerStatistics& server);
/// `hash`: zxid and digest, one pair a line.
std::string digest_lines(const ServerStatistics& server);

}  // namespace logquake::zookeeper
