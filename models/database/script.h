// SQL scripts: run against an engine without clock, disk or other sessions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/database/engine.h"
#include "models/database/result_set.h"
#include "models/database/sql_error.h"

namespace logquake::database {

/// A database that a server has from its first start.
struct InitialDatabase {
  std::string name{};
  std::string sql{};  // statements separated by semicolons, run in this database
};

/// Creates the databases and runs their scripts, as a fresh server does. Does not block where the
/// engine has no carrier. Errors: of the first statement that fails, with line and column in that
/// database's script (of the statement, or of the place where its syntax ends), and with the
/// database's name in front of the message.
SqlStatus apply_initial(Engine& engine, const std::vector<InitialDatabase>& databases);

/// Whether the scripts are sound: applies them to a scratch engine. For scenario files.
SqlStatus check_initial(const std::vector<InitialDatabase>& databases,
                        EngineSettings settings = {});

/// Runs statements one after another and prints what the command-line client would print with
/// --table:
/// "> statement", then the rows or the counts or the error. For golden tests.
std::string run_script(Engine& engine, std::string_view script, std::string_view database);
/// How the answer to one statement is printed.
std::string printed(const SqlResult<ResultSet>& answer);

}  // namespace logquake::database
