// Historical bugs and broken rules of databases, as switches. Source: defects.md.
#pragma once

#include <array>

#include "sim/defect.h"

namespace logquake::database {

inline constexpr sim::Defect autoinc_persist_off{
    .name = "db.autoinc-persist-off",
    .about =
        "a restart sets AUTO_INCREMENT to the largest id present plus one, as before MariaDB "
        "10.2.4",
    .source = "D-C70",
    .breaks = "C-DB-8, C-DB-15, C-INV-12",
    .needs = "delete the rows with the largest ids, restart the server, insert"};
inline constexpr sim::Defect commit_without_sync{
    .name = "db.commit-without-sync",
    .about = "COMMIT answers before the redo log is synced although the settings promise it",
    .source = "logquake",
    .breaks = "C-DB-61, C-DB-62",
    .needs = "commit, then a power loss before the system writes back"};

inline constexpr std::array<sim::Defect, 2> database_defects{autoinc_persist_off,
                                                             commit_without_sync};

}  // namespace logquake::database
