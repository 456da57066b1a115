// A client of a database that executes statements, one every so often.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/database/database_client.h"
#include "scenarios/kafka/workloads/progress.h"
#include "sim/node.h"

namespace logquake::scenario {

struct SqlWorkload {
  /// Waits for an answer a little longer than the server lets a statement wait for a lock
  /// (innodb_lock_wait_timeout, 50 s), not for ever: a server that loses its power says nothing.
  database::ConnectionSettings connection{.socket_timeout = 60s};
  std::vector<std::string>
      statements;    // executed in turn; "{n}" is the number of the round, from 1
  Duration after{};  // how long after the load begins
  Duration every = 100ms;
  std::int64_t count = 0;  // of rounds; zero: until told to stop
};

/// The statement of round `number`.
std::string statement_of(const std::string& text, std::int64_t number);

/// Executes a round's statements one after another, each in its own transaction, and repeats after
/// a lost connection what was not answered: rows may then be inserted twice, as with any such
/// client. A statement that the server refuses counts as failed and is not repeated.
sim::Program sql_client(SqlWorkload workload, std::shared_ptr<Progress> progress);

}  // namespace logquake::scenario
