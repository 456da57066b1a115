// Watches: an event for what happened, once, and before the state that it tells of can be read.
#pragma once

#include "scenarios/engine/checker.h"

namespace logquake::scenario {

/// Z-INV-19, of one-shot watches as their clients see them: no event without a watch and a change,
/// one event a watch, and no reply that reflects a change before its event. Z-WT-6: persistent and
/// recursive ones tell of every change of their path. Z-WT-16: nobody is told that it holds a watch
/// which it does not hold.
CheckerFactory zookeeper_watch_events();

}  // namespace logquake::scenario
