#include "models/quorum/storage/epoch_files.h"

#include <charconv>

#include "sim/base/bytes.h"
#include "sim/base/format.h"

namespace logquake::zookeeper {
namespace {

constexpr std::string_view accepted_name = "acceptedEpoch";
constexpr std::string_view current_name = "currentEpoch";

}  // namespace

logquake::Status EpochFiles::load() {
  const auto accepted = read(accepted_name);
  if (!accepted) return accepted.error();
  const auto current = read(current_name);
  if (!current) return current.error();
  accepted_ = *accepted;
  current_ = *current;
  return {};
}

logquake::Status EpochFiles::store_accepted(std::int64_t epoch) {
  if (auto written = write(accepted_name, epoch); !written) return written;
  accepted_ = epoch;
  return {};
}

logquake::Status EpochFiles::store_current(std::int64_t epoch) {
  if (auto written = write(current_name, epoch); !written) return written;
  current_ = epoch;
  return {};
}

logquake::Result<std::int64_t> EpochFiles::read(std::string_view name) const {
  const auto path = format("{}/{}", folder_, name);
  if (!disk_.exists(path)) return std::int64_t{0};
  auto file = disk_.open(path, sim::Open::existing);
  if (!file) return file.error();
  const auto bytes = file->read_all();
  if (!bytes) return bytes.error();
  const auto text = text_of(*bytes);
  std::int64_t epoch = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
  if (error != std::errc() || end != text.data() + text.size() || epoch < 0)
    return logquake::Error{logquake::ErrorCode::corrupt,
                           format("{}: expected an epoch, found '{}'", path, text)};
  return epoch;
}

logquake::Status EpochFiles::write(std::string_view name, std::int64_t epoch) {
  const auto path = format("{}/{}", folder_, name);
  const auto draft = path + ".tmp";
  auto file = disk_.open(draft, sim::Open::create);
  if (!file) return file.error();
  if (auto emptied = file->truncate(0); !emptied) return emptied;
  if (auto written = file->append(to_bytes(std::to_string(epoch))); !written) return written;
  if (auto synced = file->sync(); !synced) return synced;
  if (auto renamed = disk_.rename(draft, path); !renamed) return renamed;
  return file->sync();  // makes the new name durable too
}

}  // namespace logquake::zookeeper
