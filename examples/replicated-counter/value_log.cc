#include "value_log.h"

#include <algorithm>
#include <charconv>

#include "sim/base/format.h"

namespace counter {

using namespace logquake;

ValueLog::ValueLog(sim::Node& node) {
  auto file = node.disk().open("values", sim::Open::create);
  if (!file) node.exit("the disk does not open");
  file_ = *file;
  const auto bytes = file_.read_all();
  if (!bytes) node.exit("the disk does not read");
  auto rest = text_of(*bytes);
  std::int64_t whole = 0;
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    std::int64_t number = 0;
    const auto read = std::from_chars(rest.data(), rest.data() + end, number);
    if (read.ptr != rest.data() + end) break;
    value_ = std::max(value_, number);
    whole += static_cast<std::int64_t>(end) + 1;
    rest.remove_prefix(end + 1);
  }
  if (!file_.truncate(whole)) node.exit("the disk does not truncate");
}

bool ValueLog::keep(std::int64_t value) {
  if (value <= value_) return true;
  if (!file_.append(view_of(format("{}\n", value)))) return false;
  if (!file_.sync()) return false;
  value_ = std::max(value_, value);
  return true;
}

}  // namespace counter
