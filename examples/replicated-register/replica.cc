#include <charconv>
#include <memory>

#include "messages.h"
#include "programs.h"
#include "sim/base/format.h"
#include "sim/disk/disk.h"
#include "sim/network/connection.h"
#include "sim/schedule/sync.h"

namespace atomic_register {

using namespace logquake;

namespace {

class Replica {
 public:
  explicit Replica(sim::Node& node) : node_(node) {
    auto file = node.disk().open("value", sim::Open::create);
    if (!file) node.exit("the disk does not open");
    file_ = *file;
    const auto bytes = file_.read_all();
    if (!bytes) node.exit("the disk does not read");
    const auto text = text_of(*bytes);
    // One line for each value; a line that a power loss tore has no end and does not count.
    std::size_t whole = 0;
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n', whole)) {
      std::from_chars(text.data() + whole, text.data() + end, value_);
      whole = end + 1;
    }
    if (!file_.truncate(static_cast<std::int64_t>(whole))) node.exit("the disk does not truncate");
  }

  void serve(sim::Connection& client) {
    while (const auto request = client.receive(sim::forever)) {
      if (const auto* store = request->as<Store>()) {
        if (!keep(store->value)) node_.exit("the disk fails");
        if (!client.send(Stored{})) return;
      } else {
        if (!client.send(Fetched{value_})) return;
      }
    }
  }

 private:
  // Blocks until `value`, or a later one, is durable.
  bool keep(std::int64_t value) {
    if (value <= value_) return true;
    if (!file_.append(view_of(format("{}\n", value)))) return false;
    if (!file_.sync()) return false;
    if (value > value_) value_ = value;  // another client's may have come while we synced
    return true;
  }

  sim::Node& node_;
  sim::File file_;
  std::int64_t value_ = 0;
};

}  // namespace

sim::Program replica() {
  return [](sim::Node& node) {
    Replica self(node);
    auto listener = node.listen(1);
    if (!listener) return;
    while (auto connection = listener->accept()) {
      auto shared = std::make_shared<sim::Connection>(std::move(*connection));
      node.spawn("client", [&self, shared] { self.serve(*shared); });
    }
  };
}

}  // namespace atomic_register
