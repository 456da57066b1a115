// zookeeper_conformance record SEED PROFILE STEPS FILE PORT PORT PORT   the leader's port first
// zookeeper_conformance compare FILE ...
#include <charconv>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/zookeeper/player.h"
#include "conformance/zookeeper/recording.h"
#include "conformance/zookeeper/simulated_link.h"
#include "conformance/zookeeper/socket_link.h"

namespace logquake::zookeeper::conformance {
namespace {

template <class T>
T number_of(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    throw std::runtime_error("not a number: " + std::string(text));
  return number;
}

void record(const std::vector<std::string>& words) {
  if (words.size() < 6) throw std::runtime_error("record SEED PROFILE STEPS FILE PORT ...");
  const auto profile = profile_named(words[2]);
  if (!profile) throw std::runtime_error("no profile is named " + words[2]);
  std::vector<std::uint16_t> ports;
  for (std::size_t i = 5; i < words.size(); ++i)
    ports.push_back(number_of<std::uint16_t>(words[i]));
  const auto servers = static_cast<int>(ports.size());
  Recording recording{
      {number_of<std::uint64_t>(words[1]), *profile, number_of<int>(words[3]), servers}, {}};
  SocketEnsemble ensemble(std::move(ports));
  try {
    play(recording.draw.steps(), ensemble, servers, recording.lines);
  } catch (const std::exception&) {  // what has been seen so far may tell why
    write_recording(words[4] + ".failed", recording);
    throw;
  }
  write_recording(words[4], recording);
  std::cout << words[4] << ": " << recording.lines.size() << " lines\n";
}

bool compare(const std::string& path) {
  const auto recording = read_recording(path);
  const auto text = differences(recording.lines, play_standalone(recording.draw));
  std::cout << path << ": " << (text.empty() ? "the same" : "DIFFERENT") << '\n' << text;
  return text.empty();
}

int run(const std::vector<std::string>& words) {
  const auto command = words.empty() ? std::string() : words.front();
  if (command == "record") {
    record(words);
    return 0;
  }
  if (command != "compare" || words.size() < 2) throw std::runtime_error("record or compare");
  bool same = true;
  for (std::size_t i = 1; i < words.size(); ++i) same = compare(words[i]) && same;
  return same ? 0 : 1;
}

}  // namespace
}  // namespace logquake::zookeeper::conformance

int main(int count, char** words) {
  try {
    return logquake::zookeeper::conformance::run({words + 1, words + count});
  } catch (const std::exception& error) {
    std::cerr << "zookeeper_conformance: " << error.what() << '\n';
    return 125;
  }
}
