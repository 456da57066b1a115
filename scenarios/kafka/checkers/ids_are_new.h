// C-DB-15: a database never gives an id again that it has given before.
#pragma once

#include <string>

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// No row of `table` ("mydb.users") is inserted under the key of another that was deleted. Asked
/// for by scenarios in which the database alone gives the ids: a client may name an old one itself.
CheckerFactory ids_are_new(std::string table);

}  // namespace logquake::scenario
