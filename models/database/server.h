// A database server as a program for a node.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/database/redo_log.h"
#include "models/database/script.h"
#include "models/database/statement.h"
#include "sim/node.h"

namespace logquake::database {

struct User {
  std::string name{};
  std::string password{};
};

struct ServerSettings {
  std::uint16_t port = 3306;
  /// Who may log in; all privileges each. Empty: anybody, with any password (chosen: scenarios that
  /// are not about logging in need not care).
  std::vector<User> users{};
  /// Applied once, on a fresh disk.
  std::vector<InitialDatabase> databases{};
  FlushLog flush_log = FlushLog::at_commit;  // innodb_flush_log_at_trx_commit
  Isolation isolation = Isolation::repeatable_read;
  std::string character_set =
      "utf8mb4";  // chosen: what distribution packages configure (C-DB-88); or latin1
  Duration innodb_lock_wait_timeout = 50s;
  Duration lock_wait_timeout = 86'400s;
  std::int32_t max_connections = 151;
  /// The redo log's size that calls for a checkpoint (chosen: small enough for long runs).
  std::int64_t checkpoint_bytes = 4 << 20;
};

/// Runs a MariaDB-like server until the process dies. Initial SQL that fails is a failed check: see
/// check_initial(). Facts: facts.h. Source: C-DB-1 to 62 and
/// 80 to 89, less what docs/deviations.md lists.
void run_database(sim::Node& node, const ServerSettings& settings);

}  // namespace logquake::database
