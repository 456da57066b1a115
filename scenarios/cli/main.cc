// The binary `logquake`: the command line with the kits that come with it.
#include "scenarios/cli/command_line.h"
#include "scenarios/gossip/gossip_kit.h"
#include "scenarios/kafka/kafka_kit.h"
#include "scenarios/zookeeper/zookeeper_kit.h"

int main(int argc, char** argv) {
  logquake::scenario::Catalog catalog;
  catalog.add(logquake::scenario::gossip_kit());
  catalog.add(logquake::scenario::kafka_kit());
  catalog.add(logquake::scenario::zookeeper_kit());
  logquake::scenario::add_library_folders(catalog, LOGQUAKE_LIBRARY_FOLDER);
  return logquake::scenario::run_command_line(argc, argv, catalog);
}
