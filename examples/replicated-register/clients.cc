#include <algorithm>
#include <optional>

#include "defects.h"
#include "facts.h"
#include "messages.h"
#include "programs.h"
#include "sim/network/connection.h"

namespace atomic_register {

using namespace logquake;

namespace {

constexpr Duration patience = 300ms;

// Asks the replicas, in a drawn order, until two of three have answered.
template <class Answer, class Request>
std::optional<std::vector<Answer>> ask_majority(sim::Node& node, std::vector<std::string> replicas,
                                                const Request& request) {
  node.random().shuffle(replicas);
  std::vector<Answer> answers;
  for (const auto& replica : replicas) {
    auto connection = node.connect({replica, 1}, patience);
    if (!connection || !connection->send(request)) continue;
    const auto message = connection->receive(patience);
    if (!message || message->template as<Answer>() == nullptr) continue;
    answers.push_back(*message->template as<Answer>());
    if (answers.size() > replicas.size() / 2) return answers;
  }
  return std::nullopt;
}

bool write(sim::Node& node, const std::vector<std::string>& replicas, std::int64_t value) {
  return ask_majority<Stored>(node, replicas, Store{value}).has_value();
}

std::optional<std::int64_t> read(sim::Node& node, const std::vector<std::string>& replicas) {
  const auto found = ask_majority<Fetched>(node, replicas, Fetch{});
  if (!found) return std::nullopt;
  std::int64_t newest = 0;
  for (const auto& answer : *found) newest = std::max(newest, answer.value);
  // Whoever reads after us must not find less: the write we saw may have reached one replica only.
  if (!node.has(skip_write_back) && !write(node, replicas, newest)) return std::nullopt;
  return newest;
}

}  // namespace

sim::Program writer(std::vector<std::string> replicas, std::shared_ptr<Load> load) {
  return [=](sim::Node& node) {
    while (!load->is_over && load->begun < load->writes) {
      const auto value = ++load->begun;
      node.record(WriteBegan{value});
      while (!load->is_over && !write(node, replicas, value)) node.sleep_for(100ms);
      if (load->is_over) break;
      node.record(WriteEnded{value});
      ++load->written;
      node.sleep_for(20ms);
    }
    load->is_over = true;
    while (true) node.sleep_for(1h);
  };
}

sim::Program reader(std::vector<std::string> replicas, std::shared_ptr<Load> load) {
  return [=](sim::Node& node) {
    while (!load->is_over) {
      node.record(ReadBegan{node.name()});
      if (const auto value = read(node, replicas)) {
        node.record(ReadEnded{node.name(), *value});
        ++load->read;
      }
      node.sleep_for(10ms);
    }
    while (true) node.sleep_for(1h);
  };
}

}  // namespace atomic_register
