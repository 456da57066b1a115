// What is wrong with a scenario: everything at once, each with its place in the file.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace logquake::scenario {

/// Where something stands in a file, both counted from 1; zero where the file as a whole is meant.
struct Place {
  int line = 0;
  int column = 0;
  auto operator<=>(const Place&) const = default;
};

struct Problem {
  std::string file;
  Place place;
  std::string message;  // "faults.intensity: expected a ratio such as \"1/4\", found \"much\""
};

/// "users.toml:12:7: lenght: unknown key; did you mean \"length\"?"
std::string to_string(const Problem& problem);

/// Collects the problems of one file, so that a person can mend them all in one go.
class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}

  /// At most `most` are kept (chosen: a screen): the rest are counted. Each becomes one line of
  /// bounded length.
  void add(Place place, const std::string& message);
  bool empty() const { return problems_.empty(); }
  std::size_t size() const { return problems_.size() + left_out_; }
  const std::string& file() const { return file_; }
  void rename(std::string file) { file_ = std::move(file); }
  /// In the order of their places.
  std::vector<Problem> sorted() const;
  /// One line each; the last line counts those left out.
  std::string to_text() const;

  static constexpr std::size_t most = 50;

 private:
  std::string file_;
  std::vector<Problem> problems_;
  std::size_t left_out_ = 0;
};

}  // namespace logquake::scenario
