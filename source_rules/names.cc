// Names through which chance could enter a run.
#include <algorithm>
#include <array>

#include "sim/base/format.h"
#include "source_rules/rules.h"

namespace logquake::source_rules {
namespace {

struct Ban {
  std::string_view name;
  std::string_view why;
};

// Wherever the name stands alone.
constexpr std::array<Ban, 24> bans{{
    {"unordered_map", "its order is the library's affair: use std::map or sim/base/index.h"},
    {"unordered_set", "its order is the library's affair: use std::set or sim/base/index.h"},
    {"unordered_multimap", "its order is the library's affair"},
    {"unordered_multiset", "its order is the library's affair"},
    {"random_device", "chance comes from the node's own stream"},
    {"mt19937", "chance comes from the node's own stream"},
    {"mt19937_64", "chance comes from the node's own stream"},
    {"default_random_engine", "chance comes from the node's own stream"},
    {"random_shuffle", "its result is the library's affair"},
    {"system_clock", "nobody may ask the real clock: ask the node"},
    {"steady_clock", "nobody may ask the real clock: ask the node"},
    {"high_resolution_clock", "nobody may ask the real clock: ask the node"},
    {"gettimeofday", "nobody may ask the real clock: ask the node"},
    {"clock_gettime", "nobody may ask the real clock: ask the node"},
    {"getenv", "the environment must not decide a run"},
    {"setlocale", "the locale must not decide a run"},
    {"thread", "a simulation has one thread"},
    {"jthread", "a simulation has one thread"},
    {"this_thread", "a simulation has one thread"},
    {"thread_local", "no state outside objects"},
    {"async", "a simulation has one thread"},
    {"condition_variable", "tasks wait with sim/schedule/sync.h"},
    {"float", "floats differ between machines: use integers or Ratio"},
    {"double", "floats differ between machines: use integers or Ratio"},
}};

// Only as a member of std: the bare words are too common.
constexpr std::array<Ban, 7> std_bans{{
    {"hash", "its result is the library's affair: use sim/base/hash.h"},
    {"shuffle", "its result is the library's affair: use Random"},
    {"sample", "its result is the library's affair: use Random"},
    {"mutex", "a simulation has one thread: tasks wait with sim/schedule/sync.h"},
    {"rand", "chance comes from the node's own stream"},
    {"time", "nobody may ask the real clock: ask the node"},
    {"locale", "the locale must not decide a run"},
}};

struct Exception {
  std::string_view path;  // a prefix
  std::string_view name;
  std::string_view why;
};
constexpr std::array<Exception, 3> exceptions{{
    {"models/database/", "double", "FLOAT and DOUBLE are SQL's own types"},
    {"models/database/", "float", "FLOAT and DOUBLE are SQL's own types"},
    {"models/connect/", "double", "JSON's numbers and Connect's FLOAT64"},
}};

bool must_be_deterministic(std::string_view path) {
  if (path.starts_with("sim/testing/")) return false;
  return path.starts_with("sim/") || path.starts_with("models/") || path.starts_with("reports/");
}

bool is_excepted(std::string_view path, std::string_view name) {
  if (path.ends_with("_test.cc") && (name == "double" || name == "float")) return true;
  return std::any_of(exceptions.begin(), exceptions.end(),
                     [path, name](const Exception& exception) {
                       return path.starts_with(exception.path) && name == exception.name;
                     });
}

class Judge {
 public:
  Judge(const SourceFile& file, Problems& problems)
      : file_(file), tokens_(tokens_of(file)), problems_(problems) {}

  void judge() {
    for (std::size_t at = 0; at < tokens_.size(); ++at) {
      name(at);
      if (tokens_[at].text == "static") statics(at);
      if (tokens_[at].text == "catch") catches(at);
    }
  }

 private:
  std::string_view text(std::size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view();
  }

  void name(std::size_t at) {
    const auto word = text(at);
    if (is_excepted(file_.path, word)) return;
    const bool in_std =
        at >= 3 && text(at - 1) == ":" && text(at - 2) == ":" && text(at - 3) == "std";
    for (const auto& ban : bans) {
      if (word == ban.name) report(at, word, ban.why);
    }
    for (const auto& ban : std_bans) {
      if (in_std && word == ban.name) report(at, word, ban.why);
    }
    if (in_std && word.ends_with("_distribution"))
      report(at, word, "its result is the library's affair: use Random");
    // std::map<Node*, ...> and std::set<Node*>: addresses decide the order.
    if (in_std && (word == "map" || word == "set") && text(at + 1) == "<") pointer_key(at + 2);
  }

  void pointer_key(std::size_t at) {
    for (int depth = 0; at < tokens_.size(); ++at) {
      const auto word = text(at);
      if (word == "<" || word == "(") ++depth;
      if (word == ">" || word == ")") {
        if (depth-- == 0) break;
      }
      if (depth == 0 && word == ",") break;
    }
    if (text(at - 1) == "*")
      report(at, "a pointer as key", "addresses decide the order: use an id");
  }

  // A variable; functions have their bracket before the ';', '=' or '{'.
  void statics(std::size_t at) {
    if (text(at + 1) == "constexpr" || text(at + 1) == "constinit" || text(at + 1) == "inline")
      return;
    for (std::size_t next = at + 1; next < tokens_.size(); ++next) {
      const auto word = text(next);
      if (word == "(" || word == "constexpr") return;
      if (word == ";" || word == "=" || word == "{")
        return report(at, "static", "no state outside objects but constexpr");
    }
  }

  void catches(std::size_t at) {
    if (text(at + 1) != "(" || text(at + 2) != "." || text(at + 3) != ".") return;
    int depth = 0;
    for (auto next = at + 5; next < tokens_.size(); ++next) {
      const auto word = text(next);
      if (word == "{") ++depth;
      if (word == "throw" && text(next + 1) == ";") return;
      if (word == "}" && --depth == 0) break;
    }
    if (file_.path.starts_with("models/"))
      report(at, "catch (...)", "it would survive the death of its own process: rethrow");
  }

  void report(std::size_t at, std::string_view what, std::string_view why) {
    problems_.push_back(
        {file_.path, tokens_[std::min(at, tokens_.size() - 1)].line, format("{}: {}", what, why)});
  }

  const SourceFile& file_;
  std::vector<Token> tokens_;
  Problems& problems_;
};

}  // namespace

Problems check_names(const Sources& files) {
  Problems problems;
  for (const auto& file : files) {
    if (must_be_deterministic(file.path)) Judge(file, problems).judge();
  }
  return problems;
}

}  // namespace logquake::source_rules
