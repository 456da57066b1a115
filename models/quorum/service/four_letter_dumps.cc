#include "models/quorum/service/four_letter_dumps.h"

#include <array>
#include <chrono>
#include <functional>
#include <string_view>

#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

// The last operation as `cons` writes it. Source: Z-4L-8.
std::string_view short_name(std::optional<OpCode> op) {
  if (!op) return "NA";
  switch (*op) {
    using enum OpCode;
    case create:
    case create2:
    case create_container:
    case create_ttl:
      return "CREA";
    case remove:
    case delete_container:
      return "DELE";
    case set_data:
      return "SETD";
    case get_data:
      return "GETD";
    case exists:
      return "EXIS";
    case get_children:
    case get_children2:
      return "GETC";
    case set_acl:
      return "SETA";
    case get_acl:
      return "GETA";
    case sync:
      return "SYNC";
    case ping:
      return "PING";
    case multi:
      return "MULT";
    case multi_read:
      return "MLTR";
    case create_session:
      return "SESS";
    case close_session:
      return "CLOS";
    case set_watches:
      return "SETW";
    case set_watches2:
      return "STW2";
    case add_watch:
      return "ADDW";
    case check_watches:
      return "CHKW";
    case remove_watches:
      return "REMW";
    case get_ephemerals:
      return "GETE";
    case get_all_children_number:
      return "GETACN";
    case who_am_i:
      return "HOMI";
    case reconfig:
      return "RECO";
    case check:
      return "CHEC";
    default:
      return "NA";
  }
}

// "Fri Feb 25 08:49:00 UTC 2022", as Java prints a date.
std::string date_text(WallTime time) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::sys_days date{day};
  const std::chrono::year_month_day civil{date};
  const std::chrono::hh_mm_ss clock{seconds - day};
  return format("{} {} {:02d} {:02d}:{:02d}:{:02d} UTC {}",
                days[std::chrono::weekday(date).c_encoding()],
                months[static_cast<unsigned>(civil.month()) - 1],
                static_cast<unsigned>(civil.day()), clock.hours().count(), clock.minutes().count(),
                clock.seconds().count(), static_cast<int>(civil.year()));
}

template <class Member>
std::string buckets_text(const ExpiryBuckets<Member>& buckets,
                         const std::function<std::string(const Member&)>& line_of) {
  std::size_t members = 0;
  std::string lines;
  for (const auto& [expiry, bucket] : buckets) {
    members += bucket.size();
    lines += format("{} expire at {}:\n", bucket.size(), date_text(expiry));
    for (const auto& member : bucket) lines += format("\t{}\n", line_of(member));
  }
  return format("Sets ({})/({}):\n", buckets.size(), members) + lines;
}

std::string sessions_text(const ServerStatistics& server) {
  const bool tracks = server.mode == ServerMode::standalone || server.mode == ServerMode::leader;
  if (tracks) {
    return "Session " + buckets_text<SessionId>(server.session_buckets, [](const SessionId& id) {
             return format("0x{:x}", id.value());
           });
  }
  auto text = format("Global Sessions({}):\n", server.sessions.size());
  for (const auto& [session, timeout] : server.sessions)
    text += format("0x{:x}\t{}ms\n", session.value(), timeout);
  return text;
}

std::map<SessionId, std::set<std::string>> paths_by_session(const ServerStatistics& server) {
  std::map<SessionId, std::set<std::string>> paths;
  for (const auto& [path, sessions] : server.data_watches) {
    for (const auto session : sessions) paths[session].insert(path);
  }
  return paths;
}

}  // namespace

std::string brief_line(const ConnectionStatistics& connection) {
  return format(" /{}[{:x}](queued={},recved={},sent={})", connection.address, connection.ready,
                connection.queued, connection.received, connection.sent);
}

std::string full_line(const ConnectionStatistics& connection) {
  auto text = brief_line(connection);
  if (connection.session == SessionId()) return text;
  text.pop_back();
  text += format(",sid=0x{:x},lop={},est={},to={}", connection.session.value(),
                 short_name(connection.last_operation), unix_milliseconds(connection.established),
                 connection.timeout / std::chrono::milliseconds(1));
  if (connection.last_cxid) text += format(",lcxid=0x{:x}", *connection.last_cxid);
  const auto& latency = connection.latency;
  return text + format(",lzxid=0x{:x},lresp={},llat={},minlat={},avglat={},maxlat={})",
                       connection.last_zxid.value(), connection.last_response_ms,
                       connection.last_latency_ms, latency.min,
                       latency.count == 0 ? 0 : latency.total / latency.count, latency.max);
}

std::string dump_text(const ServerStatistics& server) {
  auto text = "SessionTracker dump:\n" + sessions_text(server) + "ephemeral nodes dump:\n";
  text += format("Sessions with Ephemerals ({}):\n", server.ephemerals.size());
  for (const auto& [session, paths] : server.ephemerals) {
    text += format("0x{:x}:\n", session.value());
    for (const auto& path : paths) text += format("\t{}\n", path);
  }
  using Connected = std::pair<std::string, SessionId>;
  return text + "Connections dump:\nConnections " +
         buckets_text<Connected>(server.connection_buckets, [](const Connected& connected) {
           return format("ip: /{} sessionId: 0x{:x}", connected.first, connected.second.value());
         });
}

std::string configuration_text(const ServerStatistics& server) {
  const auto& settings = server.settings;
  const auto milliseconds = [](Duration duration) {
    return duration / std::chrono::milliseconds(1);
  };
  auto text = format(
      "clientPort={}\nsecureClientPort=-1\ndataDir={}\ndataDirSize={}\ndataLogDir={}\n"
      "dataLogSize={}\ntickTime={}\nmaxClientCnxns={}\nminSessionTimeout={}\n"
      "maxSessionTimeout={}\nclientPortListenBacklog=-1\nserverId={}\n",
      settings.client_port, settings.data_dir, server.data_dir_bytes, settings.data_dir,
      server.log_dir_bytes, milliseconds(settings.tick_time), settings.max_client_connections,
      milliseconds(settings.min_timeout()), milliseconds(settings.max_timeout()), server.id);
  const auto* self = settings.server(server.id);
  if (self == nullptr) return text;
  text += format(
      "initLimit={}\nsyncLimit={}\nelectionAlg=3\nelectionPort={}\nquorumPort={}\npeerType={}\n",
      settings.init_limit, settings.sync_limit, self->election_port, self->quorum_port,
      self->is_observer ? 1 : 0);
  text += "membership: \n";
  for (const auto& member : settings.servers) {
    text += format("server.{}={}:{}:{}:{}\n", member.id, member.host, member.quorum_port,
                   member.election_port, member.is_observer ? "observer" : "participant");
  }
  return text + "version=0";
}

std::string watch_summary(const ServerStatistics& server) {
  std::size_t watches = 0;
  for (const auto& [path, sessions] : server.data_watches) watches += sessions.size();
  return format("{} connections watching {} paths\nTotal watches:{}\n",
                paths_by_session(server).size(), server.data_watches.size(), watches);
}

std::string watches_by_session(const ServerStatistics& server) {
  std::string text;
  for (const auto& [session, paths] : paths_by_session(server)) {
    text += format("0x{:x}\n", session.value());
    for (const auto& path : paths) text += format("\t{}\n", path);
  }
  return text + "\n";
}

std::string watches_by_path(const ServerStatistics& server) {
  std::string text;
  for (const auto& [path, sessions] : server.data_watches) {
    text += path + "\n";
    for (const auto session : sessions) text += format("\t0x{:x}\n", session.value());
  }
  return text + "\n";
}

// The layout is ours: 3.8.0's was not recorded.
std::string digest_lines(const ServerStatistics& server) {
  std::string text;
  for (const auto& [zxid, digest] : server.digests)
    text += format("0x{:x} {:016x}\n", zxid.value(), digest);
  return text;
}

}  // namespace logquake::zookeeper
