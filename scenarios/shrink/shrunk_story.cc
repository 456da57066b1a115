#include "scenarios/shrink/shrunk_story.h"

#include <algorithm>
#include <utility>

#include "reports/json_report.h"
#include "reports/story.h"
#include "scenarios/engine/fault_reader.h"
#include "scenarios/engine/run_difference.h"
#include "scenarios/shrink/reduction.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

std::string commented(std::string_view text) {
  std::string lines;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find('\n', start), text.size());
    lines += format("# {}\n", text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

std::string sentence_of_step(const sim::FaultStep& step) {
  return format("{}: {}", sim::sentence_of(step.when), sim::sentence_of(step.what));
}

/// "rumours: count 8, every 2s": what stands in the workload's table, texts of several lines left
/// out.
std::string sentence_of_workload(const Value& workload) {
  std::string type;
  std::string rest;
  for (const auto& entry : workload.entries()) {
    if (entry.value.is(Value::Kind::table) || entry.value.text().find('\n') != std::string::npos)
      continue;
    const auto said = entry.value.is(Value::Kind::text) ? entry.value.text()
                      : entry.value.is(Value::Kind::list)
                          ? format("{} of them", entry.value.elements().size())
                          : found_phrase(entry.value);
    if (entry.key == "type") {
      type = said;
    } else {
      rest += format("{}{} {}", rest.empty() ? "" : ", ", entry.key, said);
    }
  }
  return rest.empty() ? type : format("{}: {}", type, rest);
}

std::string line_of(const report::Moment& moment) {
  const bool names_node = moment.node.empty() || moment.sentence.starts_with(moment.node + " ");
  return format("{} {}{}{}", logquake::to_text(moment.at), names_node ? "" : moment.node + ": ",
                moment.sentence, moment.folded > 0 ? format(" (and {} more)", moment.folded) : "");
}

std::vector<Reduction> neighbours_of(const Scenario& scenario) {
  std::vector<Reduction> neighbours;
  if (!scenario.defects.empty()) {
    std::string names;
    for (const auto& defect : scenario.defects) names += (names.empty() ? "" : ", ") + defect;
    neighbours.push_back({.aspect = Aspect::settings,
                          .sentence = format("the same without the defect {}", names),
                          .subject = "defects",
                          .rank = 0,
                          .plan = std::nullopt,
                          .changes = {{"defects", std::nullopt}}});
  }
  for (const auto aspect : {Aspect::faults, Aspect::load, Aspect::schedule, Aspect::parameters}) {
    auto found = reductions_of(scenario, aspect);
    // The least ambitious are the nearest.
    std::reverse(found.begin(), found.end());
    for (auto& reduction : found) {
      reduction.sentence = format("the same, but it {}", reduction.sentence);
      neighbours.push_back(std::move(reduction));
    }
  }
  return neighbours;
}

std::string left_section(const Shrunk& shrunk) {
  const auto& scenario = shrunk.scenario;
  auto text = format("## What is left\n\nOf {} there {} {}.\n\n", to_text(shrunk.before),
                     shrunk.after.steps == 1 ? "is" : "are", to_text(shrunk.after));
  const auto numbers = sim::numbers_of(scenario.plan);
  for (std::size_t at = 0; at < numbers.size(); ++at)
    text += format("- step {}, {}\n", numbers[at], sentence_of_step(scenario.plan.steps[at]));
  if (numbers.empty()) text += "- no fault\n";
  if (const auto* workloads = scenario.document.find("workload")) {
    for (const auto& workload : workloads->elements())
      text += format("- load, {}\n", sentence_of_workload(workload));
  }
  for (const auto& defect : scenario.defects) text += format("- the defect {} is on\n", defect);
  if (scenario.strategy)
    text += format("- tasks run by the strategy {}\n", sim::to_string(*scenario.strategy));
  return text;
}

/// The failure as the recorded run tells it: a search for what fails under load ends its runs
/// earlier.
Failure failure_in(const report::RunReport& failing, const Shrunk& shrunk) {
  return failure_alike(failing, shrunk.failure).value_or(shrunk.failure);
}

std::string break_section(const Shrunk& shrunk, const report::RunReport& failing) {
  const auto failure = failure_in(failing, shrunk);
  auto text = format("\n## What breaks\n\n**{}**: ", name_of(failure));
  const auto broken = std::find_if(
      failing.violations.begin(), failing.violations.end(), [&failure](const auto& violation) {
        return violation.checker == failure.checker && violation.clause == failure.clause &&
               violation.message == failure.message;
      });
  if (broken == failing.violations.end()) return text + failing.stop + "\n";
  text += broken->message + "\n";
  const auto moments = report::tell_violation(failing, *broken, 20);
  if (moments.empty()) return text;
  text += "\nHow it came to that (in bold what proves it):\n\n";
  for (const auto& moment : moments) {
    const auto line = line_of(moment);
    const bool is_proof = moment.role == report::Moment::Role::proof;
    text += is_proof ? format("- **{}**\n", line) : format("- {}\n", line);
  }
  return text;
}

std::string taken_section(const Shrunk& shrunk) {
  constexpr std::size_t most = 30;  // chosen: a screen
  auto text =
      format("\n## What was taken out\n\n{} runs of candidates in {}{}.\n\n", shrunk.runs,
             logquake::to_text(std::chrono::duration_cast<std::chrono::milliseconds>(shrunk.wall)),
             shrunk.end == ShrinkEnd::minimal ? "; nothing more can go alone" : "");
  const auto left_out = shrunk.taken.size() > most ? shrunk.taken.size() - most : 0;
  for (std::size_t at = 0; at < shrunk.taken.size() - left_out; ++at)
    text += format("- {}\n", shrunk.taken[at]);
  if (left_out > 0) text += format("- and {} smaller changes\n", left_out);
  return text;
}

}  // namespace

std::string annotated_toml(const Scenario& scenario, const Failure& failure,
                           const std::string& run_name) {
  auto text = commented(format("Breaks {}: {}\n{}", name_of(failure),
                               failure.message.substr(0, failure.message.find('\n')), run_name));
  // The steps are written one by one, each under its sentence; everything else as it stands.
  auto rest = scenario.document;
  rest.remove("fault");
  text += to_toml(rest);
  const auto* steps = scenario.document.find("fault");
  if (steps == nullptr) return text;
  for (std::size_t at = 0; at < steps->elements().size(); ++at) {
    Value one;
    one.set("fault", Value::of_list({steps->elements()[at]}));
    text += "\n" + commented(sentence_of_step(scenario.plan.steps[at])) + to_toml(one);
  }
  return text;
}

std::optional<PassingRun> nearest_passing_run(const Shrunk& shrunk, const Catalog& catalog) {
  constexpr int most_tries = 12;  // chosen: a second or two
  int tries = 0;
  for (const auto& neighbour : neighbours_of(shrunk.scenario)) {
    const auto scenario = apply(neighbour, shrunk.scenario, catalog);
    if (!scenario) continue;
    if (++tries > most_tries) break;
    auto result = run(*scenario, {.seed = shrunk.seed, .record = true});
    if (result.report.verdict == report::Verdict::passed)
      return PassingRun{neighbour.sentence, std::move(result.report)};
  }
  return std::nullopt;
}

std::string story_of(const Shrunk& shrunk, const report::RunReport& failing,
                     const std::optional<PassingRun>& passing) {
  auto text = format("# {} breaks {}\n\n", shrunk.scenario.name, name_of(shrunk.failure));
  if (shrunk.end != ShrinkEnd::minimal) text += unfinished_text(shrunk) + "\n\n";
  if (!shrunk.scenario.about.empty()) text += shrunk.scenario.about + "\n\n";
  text += format("    logquake replay {}\n\n", failing.name);
  text += left_section(shrunk);
  text += break_section(shrunk, failing);
  text += "\nThe run in short:\n\n";
  for (const auto& moment : report::tell(failing, 20)) text += format("- {}\n", line_of(moment));
  text += "\n## The nearest run that passes\n\n";
  if (passing) {
    text += format(
        "It is {}.\n\n```\n{}```\n", passing->difference,
        to_text(difference_of(failing, passing->report), "the failing run", "the passing run"));
  } else {
    text += "None of the nearest ones passes.\n";
  }
  return text + taken_section(shrunk);
}

std::vector<NamedFile> files_of_shrunk(const Shrunk& shrunk, const Catalog& catalog) {
  const auto result = run(shrunk.scenario, {.seed = shrunk.seed, .record = true});
  auto files = files_of_run(shrunk.scenario, result);
  for (auto& [name, content] : files) {
    if (name == "scenario.toml")
      content =
          annotated_toml(shrunk.scenario, failure_in(result.report, shrunk), result.report.name);
  }
  files.emplace_back("story.md",
                     story_of(shrunk, result.report, nearest_passing_run(shrunk, catalog)));
  return files;
}

std::vector<NamedFile> files_so_far(const Scenario& scenario, const report::RunReport& report) {
  return {{"scenario.toml", scenario.toml()}, {"result.json", report::json_report(report)}};
}

}  // namespace logquake::scenario
