#include "scenarios/kafka/operator.h"

#include <optional>
#include <utility>

#include "models/connect/rest.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

constexpr Duration look_again = 1s;  // chosen: a person at the keyboard
constexpr Duration restart_round = 5s;
constexpr Duration patience = 90s;  // for one REST call: Connect itself answers within 90 s (C-RST)
constexpr int server_error = 500;
constexpr int found = 200;
constexpr int not_found = 404;
constexpr int conflict = 409;

class Operator {
 public:
  Operator(sim::Node& node, const OperatorPlan& plan, OperatorProgress& progress)
      : node_(node), plan_(plan), progress_(progress) {}

  void work() {
    if (plan_.brokers > 0) {
      wait_for_brokers();
      for (const auto& topic : plan_.topics) create(topic);
    }
    for (std::size_t at = 0; at < plan_.connectors.size(); ++at)
      post(plan_.connectors[at], plan_.names[at]);
    progress_.is_ready = progress_.refused.empty();
    for (;;) {
      node_.sleep_for(restart_round);
      if (!progress_.restarts_now) continue;
      for (std::size_t at = 0; at < plan_.connectors.size(); ++at)
        look_after(plan_.connectors[at], plan_.names[at]);
    }
  }

 private:
  // Runs `ask` with an admin client until it has an answer.
  template <class Ask>
  void ask_the_cluster(Ask ask) {
    for (;;) {
      auto admin = kafka::Admin::create(node_, plan_.admin);
      LOGQUAKE_CHECK(admin.ok(), "the operator's own settings are right");
      if (ask(*admin)) return;
      node_.sleep_for(look_again);
    }
  }

  void wait_for_brokers() {
    ask_the_cluster([&](kafka::Admin& admin) {
      const auto brokers = admin.brokers();
      return brokers && static_cast<int>(brokers->size()) >= plan_.brokers;
    });
  }

  void create(const kafka::NewTopic& topic) {
    ask_the_cluster([&](kafka::Admin& admin) {
      const auto created = admin.create_topic(topic);
      if (created || created.is(kafka::ErrorCode::topic_already_exists)) return true;
      if (kafka::is_retriable(created.error().code)) return false;
      progress_.refused = format("create topic {}: {}", topic.name, to_string(created.error()));
      return true;
    });
  }

  // A POST may have worked although its answer did not come: 409 then says so.
  void post(const std::string& json, const std::string& name) {
    for (;;) {
      const auto answer = connect::call_rest(
          node_, plan_.connect, {.method = "POST", .path = "/connectors", .body = json}, patience);
      if (answer && answer->status < 300) return;
      if (answer && answer->status == conflict && look_at(name) == found) return;
      if (answer && answer->status < server_error && answer->status != conflict) {
        progress_.refused = format("POST connector {}: {} {}", name, answer->status, answer->body);
        return;
      }
      node_.sleep_for(look_again);
    }
  }

  /// The status of the answer; zero where there is none.
  int look_at(const std::string& name) {
    const auto answer = connect::call_rest(
        node_, plan_.connect, {.method = "GET", .path = "/connectors/" + name}, patience);
    return answer ? answer->status : 0;
  }

  // A configuration is a record in a topic: it goes where power losses took the topic's tail. Its
  // status is in another topic, and may still say that all is well.
  void look_after(const std::string& json, const std::string& name) {
    if (look_at(name) == not_found) return post(json, name);
    const auto status =
        connect::call_rest(node_, plan_.connect,
                           {.method = "GET", .path = "/connectors/" + name + "/status"}, patience);
    if (!status || status->status != found || status->body.find("\"FAILED\"") == std::string::npos)
      return;
    (void)connect::call_rest(
        node_, plan_.connect,
        {.method = "POST",
         .path = "/connectors/" + name + "/restart?includeTasks=true&onlyFailed=true"},
        patience);
  }

  sim::Node& node_;
  const OperatorPlan& plan_;
  OperatorProgress& progress_;
};

}  // namespace

sim::Program operator_at_work(OperatorPlan plan, std::shared_ptr<OperatorProgress> progress) {
  return [plan = std::move(plan), progress = std::move(progress)](sim::Node& node) {
    Operator(node, plan, *progress).work();
  };
}

}  // namespace logquake::scenario
