// The whole command line over one's own models: ./counter hunt counter.toml --seeds 1..1000
#include "counter_kit.h"
#include "scenarios/cli/command_line.h"

int main(int argc, char** argv) {
  logquake::scenario::Catalog catalog;
  catalog.add(counter::counter_kit());
  return logquake::scenario::run_command_line(argc, argv, catalog);
}
