// K-CTL-9: what the controller ordered a broker in one life, no later life obeys.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// No broker leads under an epoch that was elected before it registered and that is over. Asked for
/// by scenarios in which the controller stays: a new one may order again what an older one has
/// decided.
CheckerFactory orders_fit_lives();

}  // namespace logquake::scenario
