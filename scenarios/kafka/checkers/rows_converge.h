// C-INV-12, C-INV-61, C-INV-63: what is inserted into one table arrives in another.
#pragma once

#include "scenarios/engine/checker.h"
#include "scenarios/kafka/checkers/row_tracker.h"

namespace logquake::scenario {

/// Once all is healed every row of `from` is in `to` at least once (C-INV-12, C-INV-63), and no row
/// of `to` is anything but a committed version of a row of `from` (C-INV-18). What the chain of
/// tutorials does besides is told as the anomaly it is: extra copies after a crash (C-INV-61),
/// updates and deletes that never arrive (C-JSO-70, C-JSO-71), rows committed out of the order of
/// their ids (C-JSO-72), rows that wait behind a FAILED task (C-TSK-1).
CheckerFactory rows_converge(RowRoute route);

}  // namespace logquake::scenario
