#include "scenarios/cli/command_line.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>

#include "scenarios/cli/commands.h"
#include "scenarios/engine/runner.h"
#include "scenarios/engine/suggestion.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

constexpr std::string_view overview =
    R"(logquake runs distributed systems in one process, under faults, the same way every time.

A scenario says what is simulated, which load it gets, which faults strike and what must hold. A run is
(scenario, seed): it passes or breaks a promise, and comes back bit for bit from its seed.)";

constexpr std::string_view examples = R"(
Begin here:
  logquake list                                what there is to run
  logquake run gossip --seed 7                 one run, its story and a report to open in a browser
  logquake hunt gossip --seeds 1..300          three hundred seeds, each with other faults
  logquake hunt gossip --defect gossip.skip-anti-entropy
                                               the same with a planted bug: it is found
  logquake replay store/latest                 the last run, or failure of a hunt, bit for bit
  logquake shrink store/latest                 the smallest story of a run, or hunt, that failed
  logquake regressions                         what once went wrong, again

The pipeline of the tutorials (database, Kafka Connect, Kafka, Connect, database):
  logquake run users-table-to-replica --seed 1
  logquake hunt users-table-to-replica --seeds 1..300 --defect replica.skip-truncation

Exit codes: 0 passed, 1 violated or crashed, 2 unknown, 3 nondeterministic, 4 bad input, 125 harness trouble.
Every failure ends with the command that brings it back.
Every flag has an environment twin: --check-determinism is LOGQUAKE_CHECK_DETERMINISM. LOGQUAKE_LIBRARY names
one more folder of scenarios.)";

struct Command {
  std::string name;
  std::string about;
  std::string subject;  // the positional's name, "" for none
  std::string subject_about;
  bool subject_required;
  std::string flags;  // names, separated by spaces
  std::string examples;
  int (*run)(const Settings&, const Catalog&);
  bool takes_several = false;  // subjects
};

std::vector<Command> all_commands() {
  return {
      {"list",
       "What there is: scenarios, defects, probes, kits, keys, workloads, checkers, faults, "
       "strategies",
       "WHAT", "what to list; default: scenarios", false, "format",
       "\nExamples:\n  logquake list\n  logquake list defects --format json", list_command},
      {"check", "Reads a scenario, tells every problem in it and prints its plan of faults",
       "SCENARIO", "a library scenario, or a path to a file", true, "seed set defect format",
       "\nExamples:\n  logquake check gossip --seed 7\n  logquake check ./mine.toml --set "
       "length=30s",
       check_command},
      {"run", "Runs a scenario once, tells the story and writes a run directory", "SCENARIO",
       "a library scenario, or a path to a file", true,
       "seed strategy set defect out format check-determinism keep log patience memory in-process "
       "trace",
       "\nExamples:\n  logquake run gossip --seed 7\n  logquake run ./mine.toml --set "
       "gossip.nodes=9 --out /tmp/mine\n"
       "  logquake run gossip --seed 7 --check-determinism",
       run_command},
      {"hunt", "Runs many seeds in worker processes and groups what fails", "SCENARIO",
       "library scenarios, or paths to files; each seed is run with every one", false,
       "seeds jobs time until-fail strategy set defect out resume shard format check-determinism "
       "patience memory require-probes annotations shrink",
       "\nExamples:\n  logquake hunt gossip --seeds 1..300 --jobs 4\n  logquake hunt gossip --time "
       "10m\n"
       "  logquake hunt gossip --defect gossip.forget-after-restart --until-fail\n"
       "  logquake hunt --resume store/latest          goes on after an interruption\n"
       "  logquake hunt gossip --seeds 1..300 --shard 0/7 --out part-0",
       hunt_command, true},
      {"merge", "Joins the shards of a hunt into what one hunt would have left", "DIR",
       "the shards' directories", true, "out format require-probes annotations",
       "\nExample:\n  logquake merge part-0 part-1 part-2 --out whole", merge_command, true},
      {"exam", "Hunts each defect until it is found, and tells what that took", "DEFECT",
       "defects of `logquake list defects`; default: all, and the anomalies that must show", false,
       "campaigns seeds jobs time no-shrink out format patience",
       "\nExamples:\n  logquake exam\n  logquake exam gossip.skip-anti-entropy --campaigns 1\n  "
       "logquake exam --format json --out /tmp/exam",
       exam_command, true},
      {"replay", "Brings a run back from its directory or its name, and compares the fingerprint",
       "RUN", "a run directory, a run's name (lq1:...), or a hunt's directory: its first failure",
       true,
       "out format check-determinism keep log patience memory in-process trace around break-at",
       "\nExamples:\n  logquake replay store/latest\n"
       "  logquake replay lq1:gossip,3fa2c1d08b7e91aa,seed=17,strategy=fifo\n"
       "  logquake replay store/latest --around 4711\n"
       "  gdb -ex run --args logquake replay store/latest --break-at 4711",
       replay_command},
      {"diff", "Shows where two runs part and what followed; exit code 1 where they do", "RUN",
       "a run directory, or a run's name (lq1:...)", true, "other format patience",
       "\nExample:\n  logquake diff store/latest "
       "lq1:gossip,3fa2c1d08b7e91aa,seed=17,strategy=fifo",
       diff_command},
      {"regressions", "Runs what once went wrong again, and compares with what is expected now",
       "DIRECTORY", "a folder with regressions.toml; default: the library's own", false,
       "jobs format patience",
       "\nExamples:\n  logquake regressions\n  logquake regressions ./regressions --jobs 4",
       regressions_command},
      {"shrink",
       "Makes a failing run small: the shortest plan and load that break the same promise", "RUN",
       "a run directory, a run's name (lq1:...), or a hunt's directory: its first failure", true,
       "runs cpu time jobs out format",
       "\nExamples:\n  logquake shrink store/latest\n"
       "  logquake shrink lq1:gossip,3fa2c1d08b7e91aa,seed=17,strategy=fifo --runs 5000 --cpu 20m",
       shrink_command},
      {"report", "Tells a run directory once more and renews its report.html", "DIRECTORY",
       "a run directory; default: store/latest", false, "format",
       "\nExample:\n  logquake report store/latest", report_command},
      {"schema",
       "Prints the JSON schemas of result.json, trace.jsonl, hunt.json, hunt.jsonl, exam.json and "
       "of what is "
       "printed as JSON",
       "NAME", "what to print; without a name: the names", false, "",
       "\nExample:\n  logquake schema result", schema_command},
  };
}

std::string environment_twin(std::string flag) {
  std::string name = "LOGQUAKE_";
  for (const char c : flag)
    name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return name;
}

/// Adds one flag to a command, bound to the settings, with its environment twin.
void add_flag(CLI::App& command, const std::string& flag, Settings& settings) {
  const auto text = [&](std::string& target, const std::string& about, const std::string& type) {
    command.add_option("--" + flag, target, about)
        ->type_name(type)
        ->envname(environment_twin(flag));
  };
  if (flag == "seed") text(settings.seed, "the run's seed; default: 1", "N");
  if (flag == "seeds" && command.get_name() == "exam") {
    text(settings.seeds, "at most so many seeds in one campaign; default: 500", "N");
  } else if (flag == "seeds") {
    text(settings.seeds, "the seeds to run, both ends included; default: 1..100", "A..B");
  }
  if (flag == "campaigns") {
    text(settings.campaigns, "how often each defect is hunted, from seeds far apart; default: 5",
         "N");
  }
  if (flag == "jobs") text(settings.jobs, "worker processes; default: one per processor", "J");
  if (flag == "time" && command.get_name() == "shrink") {
    text(settings.time, "real time after which it gives the best so far; default: 10m", "DURATION");
  } else if (flag == "time") {
    text(settings.time, "real time after which no new seed is begun", "DURATION");
  }
  if (flag == "runs") {
    text(settings.runs, "candidates after which it gives the best so far; default: 1000", "N");
  }
  if (flag == "cpu") {
    text(settings.cpu,
         "CPU time of the candidates after which it gives the best so far; default: 2m",
         "DURATION");
  }
  if (flag == "patience")
    text(settings.patience,
         "real time after which a run counts as hung; default: 1h for run, 5m for hunt",
         "DURATION");
  if (flag == "memory") {
    text(settings.memory,
         "address space of one worker; a run that needs more has crashed; default: 2GiB for "
         "hunt, 8GiB for run, which keeps all facts",
         "SIZE");
  }
  if (flag == "shard") {
    text(settings.shard,
         "the share to run: of seed k those with k mod n = i, counted from 0; default: what "
         "LOGQUAKE_SHARD_INDEX and _COUNT, GoogleTest, Slurm or Kubernetes say, else everything",
         "i/n");
  }
  if (flag == "shrink") {
    command
        .add_flag("--shrink", settings.shrink,
                  "afterwards makes the cheapest run of each kind of failure small, within "
                  "the bounds of `logquake shrink`, three at most")
        ->envname(environment_twin(flag));
  }
  if (flag == "annotations") {
    command
        .add_option("--annotations", settings.annotations,
                    "prints failures as annotations and appends summary.md to the job's page")
        ->type_name("github")
        ->check([](const std::string& found) {
          if (found == "github") return std::string();
          return format("expected \"github\", found \"{}\"", found);
        })
        ->envname(environment_twin(flag));
  }
  if (flag == "until-fail") {
    command
        .add_flag("--until-fail", settings.until_fail,
                  "ends with the first seed that fails, when all smaller ones are done")
        ->envname(environment_twin(flag));
  }
  // A value may be left out.
  const auto open = [&](std::optional<std::string>& target, const std::string& about,
                        const std::string& type) {
    command
        .add_option_function<std::vector<std::string>>(
            "--" + flag,
            [&target](const std::vector<std::string>& found) {
              target = found.empty() ? std::string() : found.front();
            },
            about)
        ->type_name(type)
        ->expected(0, 1)
        ->envname(environment_twin(flag));
  };
  if (flag == "resume") {
    open(settings.resume,
         "goes on with the hunt in DIR; without DIR with the one in --out, or begins it there; "
         "without either with the latest of store/",
         "[DIR]");
  }
  if (flag == "require-probes") {
    open(settings.require_probes,
         "fails when no run reached one of these probes; without names those that the scenarios' "
         "[probes] ask for, else all that should be reached",
         "[NAME,...]");
  }
  if (flag == "strategy") {
    text(settings.strategy,
         "how ready tasks are scheduled: fifo, random:SLACK, pct:DEPTH:SLACK; default: the "
         "scenario's, else drawn from the seed",
         "STRATEGY");
  }
  if (flag == "out")
    text(settings.out, "the directory to write; default: a new one in store/", "DIR");
  if (flag == "keep")
    text(settings.keep, "the least level of facts to keep: trace, debug, info; default: debug",
         "LEVEL");
  if (flag == "log") {
    text(settings.log, "prints facts as they are stated: trace, debug, info, warn, error", "LEVEL");
  }
  if (flag == "format") {
    command.add_option("--format", settings.format, "text or json; default: text")
        ->type_name("FORMAT")
        ->check([](const std::string& found) {
          if (found == "text" || found == "json") return std::string();
          return format("expected \"text\" or \"json\", found \"{}\"", found);
        })
        ->envname(environment_twin(flag));
  }
  if (flag == "set" || flag == "defect") {
    const bool is_set = flag == "set";
    command
        .add_option(
            "--" + flag, is_set ? settings.sets : settings.defects,
            is_set ? "changes a value of the scenario, as often as you like: cluster.brokers=5, "
                     "workload.0.every=5ms"
                   : "switches a defect on, as often as you like; see `logquake list defects`")
        ->type_name(is_set ? "KEY=VALUE" : "NAME")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->envname(environment_twin(flag));
  }
  if (flag == "check-determinism") {
    command
        .add_flag("--check-determinism", settings.check_determinism,
                  "runs twice and shows where the runs part")
        ->envname(environment_twin(flag));
  }
  if (flag == "trace") {
    command
        .add_flag("--trace", settings.trace,
                  "writes every fact and every event of the kernel into trace.jsonl")
        ->envname(environment_twin(flag));
  }
  if (flag == "around")
    text(settings.around, "tells what happened around an event of the run, and no more", "EVENT");
  if (flag == "break-at")
    text(settings.break_at, "stops at an event of the run for a debugger; in this process",
         "EVENT");
  if (flag == "other") {
    command.add_option("OTHER", settings.other, "the run to compare with")
        ->type_name("")
        ->required();
  }
  if (flag == "no-shrink") {
    command.add_flag("--no-shrink", settings.no_shrink, "do not make what was found small")
        ->envname(environment_twin(flag));
  }
  if (flag == "in-process") {
    command.add_flag("--in-process", settings.in_process, "no child process: for debuggers")
        ->envname(environment_twin(flag));
  }
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find(' ', start), text.size());
    words.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

/// A command or flag that does not exist: says which ones do.
int unknown_word(const CLI::App& app, int argc, char** argv, const CLI::ParseError& error) {
  std::string why = error.what();
  const auto commands = all_commands();
  if (constexpr std::string_view sign = "Could not convert: "; why.starts_with(sign)) {
    // "--in-process = maybe"
    const auto equals = std::min(why.find(" = "), why.size());
    why = format("{}: expected true or false, found \"{}\"",
                 why.substr(sign.size(), equals - sign.size()),
                 why.substr(std::min(equals + 3, why.size())));
  }
  if (argc > 1 && argv[1][0] != '-' && app.get_subcommands().empty()) {
    std::vector<std::string> names;
    for (const auto& command : commands) names.push_back(command.name);
    why = format("unknown command \"{}\"{}", argv[1], suggestion(argv[1], names));
  } else if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr &&
             !app.get_subcommands().empty()) {
    const auto* used = app.get_subcommands().front();
    std::vector<std::string> flags;
    for (const auto* option : used->get_options()) flags.push_back(option->get_name());
    for (const auto& extra : used->remaining()) {
      if (extra.starts_with('-')) {
        why = format("unknown flag \"{}\"{}", extra.substr(0, extra.find('=')),
                     suggestion(extra.substr(0, extra.find('=')), flags, 0));
        break;
      }
    }
  }
  return bad_input(
      format("{} (see `logquake{} --help`)", why,
             app.get_subcommands().empty() ? "" : " " + app.get_subcommands().front()->get_name()));
}

/// The exit code, unless what was to be told could not be: nobody may take silence for success.
int told(int code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  return harness_trouble(format("cannot write to standard output: {}", std::strerror(errno)));
}

/// An environment twin holds one value; several are separated by line breaks.
void split_lines(std::vector<std::string>& values) {
  std::vector<std::string> split;
  for (const auto& value : values) {
    for (std::size_t start = 0; start <= value.size();) {
      const auto end = std::min(value.find('\n', start), value.size());
      if (end > start) split.push_back(value.substr(start, end - start));
      start = end + 1;
    }
  }
  values = std::move(split);
}

}  // namespace

int run_command_line(int argc, char** argv, const Catalog& catalog) {
  CLI::App app{std::string(overview), "logquake"};
  app.footer(std::string(examples));
  app.set_version_flag("--version", format("logquake {}", version()));
  app.require_subcommand(1);
  Settings settings;
  const auto commands = all_commands();
  std::vector<std::string> variables;
  for (const auto& command : commands) {
    auto* sub = app.add_subcommand(command.name, command.about);
    sub->footer(command.examples);
    auto* subject = command.takes_several
                        ? sub->add_option(command.subject, settings.subjects, command.subject_about)
                        : sub->add_option(command.subject, settings.subject, command.subject_about);
    subject->type_name(command.takes_several ? "..." : "");
    if (command.subject_required) subject->required();
    for (const auto& flag : words_of(command.flags)) {
      add_flag(*sub, flag, settings);
      if (flag != "other") variables.push_back(environment_twin(flag));
    }
  }
  for (const auto& warning : unknown_variables(environ, variables)) {
    std::fputs(format("logquake: warning: {}\n", warning).c_str(), stderr);
  }
  if (argc == 1) {
    std::fputs(app.help().c_str(), stdout);
    return exit_bad_input;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return unknown_word(app, argc, argv, error);
  }
  split_lines(settings.sets);
  split_lines(settings.defects);
  for (const auto& command : commands) {
    if (!app.got_subcommand(command.name)) continue;
    settings.command = command.name;
    return told(command.run(settings, catalog));
  }
  return exit_harness_trouble;
}

void add_library_folders(Catalog& catalog, std::string source_folder) {
  namespace fs = std::filesystem;
  if (const char* folder = std::getenv("LOGQUAKE_LIBRARY"); folder != nullptr && *folder != '\0') {
    catalog.add_library(folder);
  }
  std::error_code ignored;
  const auto binary = fs::read_symlink("/proc/self/exe", ignored);
  if (!ignored) {
    const auto installed = binary.parent_path().parent_path() / "share" / "logquake" / "library";
    if (fs::is_directory(installed, ignored)) catalog.add_library(installed.string());
  }
  if (fs::is_directory(source_folder, ignored)) catalog.add_library(std::move(source_folder));
}

}  // namespace logquake::scenario
