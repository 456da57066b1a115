// A run that is there already, by its name (lq1:...) or by its directory.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "reports/run_report.h"
#include "scenarios/engine/catalog.h"
#include "scenarios/engine/run_name.h"
#include "scenarios/engine/scenario.h"

namespace logquake::scenario {

struct NamedRun {
  RunName name;
  Scenario scenario;
  std::optional<report::RunReport> stored;  // of a run directory, with the facts that were kept

  /// The fingerprint that a replay must have, where one was recorded: the process may have died.
  std::optional<std::uint64_t> expected_fingerprint() const;
};

/// Whether the text can only be meant as a run: a directory, or a token.
bool names_a_run(const std::string& text);

/// Finds and reads a run; warns on standard error where the scenario has changed since, or another
/// version recorded it. Nothing after printing what is wrong; `command` begins the message. From a
/// directory the stored scenario is taken, which is the effective one.
std::optional<NamedRun> find_named_run(std::string_view command, const std::string& text,
                                       const Catalog& catalog);

}  // namespace logquake::scenario
