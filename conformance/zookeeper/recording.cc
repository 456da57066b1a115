#include "conformance/zookeeper/recording.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "sim/base/format.h"

namespace logquake::zookeeper::conformance {

void write_recording(const std::filesystem::path& path, const Recording& recording) {
  std::ofstream out(path, std::ios::binary);
  const auto& draw = recording.draw;
  out << format("seed {} profile {} steps {} servers {}\n", draw.seed, name_of(draw.profile),
                draw.count, draw.servers);
  for (const auto& line : recording.lines) out << line << '\n';
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

Recording read_recording(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  Recording recording;
  std::string line;
  std::getline(in, line);
  std::istringstream head(line);
  std::string seed;
  std::string profile;
  std::string name;
  std::string steps;
  std::string servers;
  auto& draw = recording.draw;
  head >> seed >> draw.seed >> profile >> name >> steps >> draw.count >> servers >> draw.servers;
  const auto known = profile_named(name);
  if (!head || !known) throw std::runtime_error(path.string() + " is no recording");
  draw.profile = *known;
  while (std::getline(in, line)) recording.lines.push_back(line);
  return recording;
}

std::vector<std::filesystem::path> recordings_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".txt") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string differences(const std::vector<std::string>& recorded,
                        const std::vector<std::string>& played, int most) {
  std::string text;
  const auto lines = std::max(recorded.size(), played.size());
  for (std::size_t i = 0; i < lines && most > 0; ++i) {
    const auto line_of = [i](const std::vector<std::string>& all) {
      return i < all.size() ? all[i] : std::string("(the end)");
    };
    if (line_of(recorded) == line_of(played)) continue;
    --most;
    text += format("line {}:\n  real {}\n  sim  {}\n", i + 2, line_of(recorded), line_of(played));
  }
  return text;
}

}  // namespace logquake::zookeeper::conformance
