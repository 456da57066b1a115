// A transcript with what is needed to play it again.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "conformance/zookeeper/steps.h"

namespace logquake::zookeeper::conformance {

/// Of what the steps were drawn.
struct Draw {
  std::uint64_t seed = 0;
  Profile profile = Profile::basic;
  int count = 0;
  int servers = 3;
  std::vector<Step> steps() const { return draw_steps(seed, profile, count, servers); }
};

struct Recording {
  Draw draw;
  std::vector<std::string> lines;
};

/// One line that says what was drawn, then the transcript. Throws std::runtime_error where the file
/// cannot be written, or is none of these.
void write_recording(const std::filesystem::path& path, const Recording& recording);
Recording read_recording(const std::filesystem::path& path);
/// In the order of their names.
std::vector<std::filesystem::path> recordings_in(const std::filesystem::path& folder);

/// Where two transcripts part: line numbers of the file, each line that differs in both versions,
/// at most `most` of them. Empty where they are the same.
std::string differences(const std::vector<std::string>& recorded,
                        const std::vector<std::string>& played, int most = 10);

}  // namespace logquake::zookeeper::conformance
