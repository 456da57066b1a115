// Plays steps one at a time and writes down what came of them.
#pragma once

#include <string>
#include <vector>

#include "conformance/zookeeper/link.h"
#include "conformance/zookeeper/steps.h"

namespace logquake::zookeeper::conformance {

/// Appends the transcript to `lines`, also where it throws: one line for each step, several for a
/// sweep, and below each the watch events that it led to, indented. Every step is over everywhere
/// before the next begins: see README.md. `servers` is how many the ensemble has.
void play(const std::vector<Step>& steps, Ensemble& ensemble, int servers,
          std::vector<std::string>& lines);

}  // namespace logquake::zookeeper::conformance
