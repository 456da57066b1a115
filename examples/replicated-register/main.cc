// The whole command line over one's own model: build/register hunt register.toml --seeds 1..300
#include "register_kit.h"
#include "scenarios/cli/command_line.h"

int main(int argc, char** argv) {
  logquake::scenario::Catalog catalog;
  catalog.add(atomic_register::register_kit());
  return logquake::scenario::run_command_line(argc, argv, catalog);
}
