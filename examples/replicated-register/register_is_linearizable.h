// The same promise, and more, without a line of judging: the history of the clients' calls is held
// to what one register would have done.
#pragma once

#include "scenarios/engine/checker.h"

namespace atomic_register {

/// R-REG-2: reads and writes take effect one after another, each between its call and its return.
logquake::scenario::CheckerFactory register_is_linearizable();

}  // namespace atomic_register
