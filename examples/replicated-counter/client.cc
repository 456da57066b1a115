#include "messages.h"
#include "programs.h"
#include "sim/network/connection.h"

namespace counter {

using namespace logquake;

namespace {

bool add_one(sim::Connection& connection) {
  if (!connection.send(Add{})) return false;
  const auto answer = connection.receive(2s);
  return answer && answer->as<Added>() != nullptr;
}

}  // namespace

sim::Program client(std::string primary, std::int64_t steps, std::shared_ptr<Progress> progress) {
  return [=](sim::Node& node) {
    const auto is_finished = [&] { return progress->stopped || progress->acknowledged >= steps; };
    while (!is_finished()) {
      auto connection = node.connect({primary, client_port}, 500ms);
      while (connection && !is_finished()) {
        if (!add_one(*connection)) break;  // it may count or not: the step is tried again
        ++progress->acknowledged;
      }
      node.sleep_for(50ms);
    }
    progress->done = true;
    while (true) node.sleep_for(1h);
  };
}

}  // namespace counter
