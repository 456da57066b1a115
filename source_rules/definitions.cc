// One definition: two types of one full name are one type to the linker, which keeps the inline
// members of either and says nothing.
#include <map>
#include <optional>

#include "sim/base/format.h"
#include "source_rules/rules.h"

namespace logquake::source_rules {
namespace {

struct Definition {
  std::string name;  // logquake::kafka::FetchPosition
  int line = 0;
};

// Finds the classes, structs, unions and enumerations that a file defines at namespace scope,
// except those that only the file itself can see.
class Finder {
 public:
  explicit Finder(const SourceFile& file) : tokens_(tokens_of(file)) {}

  std::vector<Definition> find() && {
    while (at_ < tokens_.size()) step();
    return std::move(found_);
  }

 private:
  struct Scope {
    bool is_namespace = false;
    std::string name;  // "a::b::" or, unnamed, ""
  };

  std::string_view text(std::size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view();
  }
  static bool is_name(std::string_view word) {
    const char c = word.empty() ? '\0' : word.front();
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  void step() {
    const auto word = text(at_);
    if (word == "namespace") {
      read_namespace();
    } else if (word == "class" || word == "struct" || word == "union" || word == "enum") {
      read_type();
    } else {
      if (word == "{") scopes_.emplace_back();
      if (word == "}" && !scopes_.empty()) scopes_.pop_back();
      ++at_;
    }
  }

  // "a::b::" and what follows it stays to be read.
  std::string read_name() {
    std::string name;
    while (is_name(text(at_)) || (text(at_) == ":" && text(at_ + 1) == ":")) {
      if (text(at_) == ":") {
        name += "::";
        at_ += 2;
      } else {
        if (text(at_) == "final" || (!name.empty() && !name.ends_with("::"))) break;
        name += text(at_++);
      }
    }
    return name;
  }

  void read_namespace() {
    ++at_;
    const std::string name = read_name();
    if (text(at_) != "{") return;  // an alias, or "using namespace"
    scopes_.push_back({true, name.empty() ? "" : name + "::"});
    ++at_;
  }

  void read_type() {
    const int line = tokens_[at_].line;
    ++at_;
    while (text(at_) == "class" || text(at_) == "struct") ++at_;  // enum class
    while (text(at_) == "[") skip_brackets();                     // [[nodiscard]]
    const std::string name = read_name();
    if (text(at_) == "final") ++at_;
    if (name.empty() || (text(at_) != "{" && text(at_) != ":")) return;
    while (at_ < tokens_.size() && text(at_) != "{" && text(at_) != ";") ++at_;  // bases
    if (text(at_) != "{") return;                                                // declared only
    if (const auto around = surroundings()) found_.push_back({*around + name, line});
  }

  void skip_brackets() {
    for (int depth = 0; at_ < tokens_.size(); ++at_) {
      if (text(at_) == "[") ++depth;
      if (text(at_) == "]" && --depth == 0) break;
    }
    ++at_;
  }

  // The namespaces around; nothing inside of an unnamed one, a class or a function.
  std::optional<std::string> surroundings() const {
    std::string names;
    for (const auto& scope : scopes_) {
      if (!scope.is_namespace || scope.name.empty()) return std::nullopt;
      names += scope.name;
    }
    return names;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::vector<Scope> scopes_;
  std::vector<Definition> found_;
};

}  // namespace

Problems check_definitions(const Sources& files) {
  Problems problems;
  struct Place {
    std::string path;
    int line = 0;
  };
  std::map<std::string, Place> first;
  for (const auto& file : files) {
    if (file.path.starts_with("examples/")) continue;  // programs of their own
    for (const auto& [name, line] : Finder(file).find()) {
      const auto [at, is_new] = first.emplace(name, Place{file.path, line});
      if (is_new || at->second.path == file.path) continue;
      problems.push_back({file.path, line,
                          format("defines {}, as {}:{} does: the linker merges them", name,
                                 at->second.path, at->second.line)});
    }
  }
  return problems;
}

}  // namespace logquake::source_rules
