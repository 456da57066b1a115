// The house's laws that a machine can check: layers, doors, banned names, sizes, catalogues.
#pragma once

#include <string>
#include <vector>

#include "source_rules/source_file.h"

namespace logquake::source_rules {

struct Problem {
  std::string path;
  int line = 0;
  std::string what;
};
/// "sim/node.h:12: ...".
std::string to_string(const Problem& problem);

using Problems = std::vector<Problem>;
using Sources = std::vector<SourceFile>;

/// Project headers are included from the layers below only (docs/architecture.md).
Problems check_layers(const Sources& files);
/// Each third-party header has its one door.
Problems check_doors(const Sources& files);
/// In sim, models and reports nothing is named through which chance could enter.
Problems check_names(const Sources& files);
/// Sizes, include guards, notes without an issue.
Problems check_shape(const Sources& files);
/// Defects, probes and yield sites stand in defects.h and probes.h files, defects and probes in the
/// catalogue of their file.
Problems check_catalogues(const Sources& files);
/// No two files define types of one full name, unless unnamed namespaces keep them apart.
Problems check_definitions(const Sources& files);
/// Each defect is named by some test, by its constant or by its text: a defect that no test
/// switches on proves nothing.
Problems check_defects_are_proved(const Sources& files);

}  // namespace logquake::source_rules
