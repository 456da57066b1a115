#include "source_rules/source_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

namespace logquake::source_rules {
namespace {

constexpr std::array<std::string_view, 9> folders{"sim",          "models",         "reports",
                                                  "scenarios",    "property_tests", "benchmarks",
                                                  "source_rules", "examples",       "conformance"};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Walks through a file and yields its tokens.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Token> read() && {
    while (at_ < text_.size()) step();
    return std::move(tokens_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '\n') {
      ++line_;
      ++at_;
      fresh_line_ = true;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
    } else if (starts("//")) {
      skip_to("\n", 0);
    } else if (starts("/*")) {
      skip_to("*/", 2);
    } else if (c == '#' && fresh_line_) {
      skip_directive();
    } else if (c == '"') {
      skip_string();
    } else if (c == '\'') {
      skip_quoted('\'');
    } else {
      take();
    }
  }

  bool starts(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

  void skip_to(std::string_view end, std::size_t beyond) {
    const auto found = text_.find(end, at_);
    advance_to(found == std::string_view::npos ? text_.size() : found + beyond);
  }
  void advance_to(std::size_t end) {
    end = std::min(end, text_.size());
    line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    at_ = end;
  }
  void skip_directive() {
    do {
      const auto end = text_.find('\n', at_);
      advance_to(end == std::string_view::npos ? text_.size() : end);
      if (at_ == text_.size() || text_[at_ - 1] != '\\') return;
      advance_to(at_ + 1);
    } while (true);
  }
  void skip_string() {
    if (!tokens_.empty() && is_raw_prefix(tokens_.back()) &&
        tokens_.back().text.data() + tokens_.back().text.size() == text_.data() + at_) {
      tokens_.pop_back();
      const auto open = text_.find('(', at_);
      const auto end = ")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"";
      skip_to(end, end.size());
    } else {
      skip_quoted('"');
    }
  }
  static bool is_raw_prefix(const Token& token) { return token.text == "R" || token.text == "u8R"; }

  void skip_quoted(char quote) {
    for (++at_; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
  }
  void take() {
    fresh_line_ = false;
    const auto begin = at_++;
    if (is_word(text_[begin])) {
      // Digits may be grouped: 1'000.
      const bool is_number = text_[begin] >= '0' && text_[begin] <= '9';
      while (at_ < text_.size() && (is_word(text_[at_]) || (is_number && text_[at_] == '\'')))
        ++at_;
    }
    tokens_.push_back({line_, text_.substr(begin, at_ - begin)});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool fresh_line_ = true;
  std::vector<Token> tokens_;
};

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

std::vector<SourceFile> load_sources(const std::filesystem::path& root) {
  std::vector<SourceFile> files;
  for (const auto folder : folders) {
    if (!std::filesystem::is_directory(root / folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      const auto extension = entry.path().extension();
      if (!entry.is_regular_file() || (extension != ".h" && extension != ".cc")) continue;
      files.push_back(
          {entry.path().lexically_relative(root).generic_string(), content_of(entry.path())});
    }
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> out;
  std::istringstream lines(file.text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    constexpr std::string_view directive = "#include ";
    if (!line.starts_with(directive) || line.size() <= directive.size()) continue;
    const char open = line[directive.size()];
    const auto end = line.find(open == '<' ? '>' : '"', directive.size() + 1);
    if (end == std::string::npos) continue;
    out.push_back(
        {number, open == '"', line.substr(directive.size() + 1, end - directive.size() - 1)});
  }
  return out;
}

std::vector<Token> tokens_of(const SourceFile& file) { return Reader(file.text).read(); }

}  // namespace logquake::source_rules
