#include "reports/text_report.h"

#include <algorithm>
#include <string_view>

#include "reports/plain_text.h"
#include "reports/story.h"
#include "sim/base/format.h"

namespace logquake::report {
namespace {

// What each section may take, so that the whole stays on a screen or two.
constexpr std::size_t promise_lines = 4;
constexpr std::size_t violation_limit = 2;
constexpr std::size_t chain_limit = 7;
constexpr std::size_t anomaly_lines = 3;
constexpr std::size_t pending_lines = 3;

enum class Colour { plain, bold, dim, red, green, yellow };

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::plain:
      return "0";
    case Colour::bold:
      return "1";
    case Colour::dim:
      return "2";
    case Colour::red:
      return "1;31";
    case Colour::green:
      return "1;32";
    case Colour::yellow:
      return "33";
  }
  return "0";
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string clause_suffix(const std::string& clause) {
  return clause.empty() ? std::string() : format(" ({})", readable(clause));
}

class TextWriter {
 public:
  TextWriter(const RunReport& report, const TextOptions& options)
      : report_(report), options_(options) {}

  std::string write() && {
    heading();
    story();
    promises();
    violations();
    anomalies();
    pending();
    line();
    line(format("reproduce: {}", readable(report_.replay_command)));
    return std::move(out_);
  }

 private:
  void line(std::string_view text = {}) {
    out_ += text;
    out_ += '\n';
  }
  std::string painted(Colour colour, std::string_view text) const {
    if (!options_.colour) return std::string(text);
    return format("\033[{}m{}\033[0m", code_of(colour), text);
  }
  void section(std::string_view title) {
    line();
    line(painted(Colour::bold, title));
  }
  // Text under a hanging indent, broken at the right edge.
  void paragraph(std::string_view first, std::string_view text) {
    const std::string indent(length_of(first), ' ');
    line(wrapped_with(first, text, indent));
  }
  std::string wrapped_with(std::string_view first, std::string_view text,
                           const std::string& indent) const {
    const auto columns = std::max<std::size_t>(options_.columns, indent.size() + 20);
    return format("{}{}", first, wrapped(readable(text), columns - indent.size(), indent));
  }

  Colour verdict_colour() const {
    if (report_.verdict == Verdict::passed) return Colour::green;
    return report_.verdict == Verdict::unknown ? Colour::yellow : Colour::red;
  }

  void heading() {
    line(format("{}  {}  seed {}{}", painted(verdict_colour(), upper(name_of(report_.verdict))),
                readable(report_.scenario), report_.seed, defects()));
    if (!report_.about.empty()) paragraph("  ", report_.about);
    const auto figures = format(
        "{} simulated{}, {}, {} on {}, {}, strategy {}, fingerprint {}",
        rounded_text(report_.simulated),
        report_.wall > Duration::zero() ? " in " + rounded_text(report_.wall) : std::string(),
        counted(report_.events, "event"), counted(report_.facts_stated, "fact"),
        counted(std::ssize(report_.nodes), "node"), counted(std::ssize(report_.faults), "fault"),
        report_.strategy, hex(report_.fingerprint));
    line(painted(Colour::dim, wrapped_with("  ", figures, "  ")));
    if (!report_.settings.empty()) {
      std::string settings;
      for (const auto& setting : report_.settings)
        settings += format("{}{}", settings.empty() ? "" : ", ", readable(setting));
      paragraph("  settings: ", settings);
    }
    if (report_.verdict != Verdict::passed && !report_.stop.empty())
      paragraph("  ended: ", report_.stop);
  }

  std::string defects() const {
    std::string out;
    for (const auto& defect : report_.defects)
      out += format("{}{}", out.empty() ? "  defect " : ", ", readable(defect));
    return out;
  }

  static char sign_of(Moment::Role role) {
    switch (role) {
      case Moment::Role::event:
        return ' ';
      case Moment::Role::fault:
        return '!';
      case Moment::Role::proof:
        return 'X';
      case Moment::Role::error:
        return 'E';
    }
    return ' ';
  }

  void story() {
    const auto moments = tell(report_, options_.story_lines);
    if (moments.empty()) return;
    section("What happened  (! a fault strikes, X proves a violation)");
    std::size_t widest = 5;
    for (const auto& moment : moments) widest = std::max(widest, length_of(readable(moment.node)));
    widest = std::min<std::size_t>(widest, 16);
    for (const auto& moment : moments) line(story_line(moment, widest));
  }

  std::string story_line(const Moment& moment, std::size_t widest) const {
    const auto node =
        moment.node.empty() ? std::string("-") : clipped(readable(moment.node), widest);
    const auto start = format("{} {:>9}  {}  ", sign_of(moment.role), seconds_text(moment.at),
                              padded(node, widest));
    const auto more = moment.folded == 0 ? std::string()
                                         : format(" …and {} more by {}", grouped(moment.folded),
                                                  seconds_text(moment.folded_until));
    const auto used = length_of(start) + length_of(more);
    const auto room =
        std::max<std::size_t>(20, options_.columns > used ? options_.columns - used : 0);
    const auto text = start + clipped(readable(moment.sentence), room);
    const auto colour = moment.role == Moment::Role::event   ? Colour::plain
                        : moment.role == Moment::Role::fault ? Colour::yellow
                                                             : Colour::red;
    return (colour == Colour::plain ? text : painted(colour, text)) +
           (more.empty() ? more : painted(Colour::dim, more));
  }

  bool is_broken(const Promise& promise) const {
    return std::any_of(report_.violations.begin(), report_.violations.end(),
                       [&promise](const Violation& violation) {
                         return violation.checker == promise.checker &&
                                (promise.clause.empty() || violation.clause == promise.clause);
                       });
  }

  void promises() {
    std::vector<const Promise*> held;
    for (const auto& promise : report_.promises) {
      if (!is_broken(promise)) held.push_back(&promise);
    }
    if (held.empty()) return;
    section("What held");
    for (std::size_t index = 0; index < std::min(held.size(), promise_lines); ++index) {
      const auto& promise = *held[index];
      paragraph("  + ", format("{}{}: {}", promise.checker, clause_suffix(promise.clause),
                               promise.summary));
    }
    rest(held.size(), promise_lines, "promise");
  }

  void violations() {
    if (report_.violations.empty()) return;
    section("What broke");
    for (std::size_t index = 0; index < std::min(report_.violations.size(), violation_limit);
         ++index) {
      const auto& violation = report_.violations[index];
      out_ += options_.colour ? "\033[1;31m" : "";
      paragraph("  X ", format("{}{}: {}", violation.checker, clause_suffix(violation.clause),
                               violation.message));
      out_ += options_.colour ? "\033[0m" : "";
      out_ += readable_lines(violation.detail, "    ");
      chain(violation);
    }
    rest(report_.violations.size(), violation_limit, "violation");
  }

  // What led to the last of the facts that prove it.
  void chain(const Violation& violation) {
    const auto* proof = proof_of(report_, violation);
    if (proof == nullptr) return;
    const auto causes = causes_of(report_, proof->id, chain_limit);
    if (causes.size() < 2) return;
    line(painted(Colour::dim, "    how it came to that, each caused by the one before:"));
    for (const auto& [fact, skipped] : causes) {
      if (skipped > 0) line(format("                 …{} like it", counted(skipped, "step")));
      const auto where = fact->node.empty() ? std::string() : format("{} ", fact->node);
      line(clipped(format("      {:>9}  {}", seconds_text(fact->at),
                          readable(where + std::string(said(*fact)))),
                   options_.columns));
    }
  }

  void anomalies() {
    if (report_.anomalies.empty()) return;
    section("What surprises but is allowed");
    for (std::size_t index = 0; index < std::min(report_.anomalies.size(), anomaly_lines);
         ++index) {
      const auto& anomaly = report_.anomalies[index];
      paragraph(
          "  ~ ",
          format("{}{}: {}{}", anomaly.checker, clause_suffix(anomaly.clause), anomaly.message,
                 anomaly.count > 1 ? format(" ({} times)", grouped(anomaly.count)) : ""));
    }
    rest(report_.anomalies.size(), anomaly_lines, "anomaly");
  }

  void pending() {
    if (report_.pending.empty()) return;
    section("What was still missing at the end");
    for (std::size_t index = 0; index < std::min(report_.pending.size(), pending_lines); ++index) {
      paragraph("  ? ", report_.pending[index]);
    }
    rest(report_.pending.size(), pending_lines, "thing");
  }

  void rest(std::size_t all, std::size_t shown, std::string_view noun) {
    if (all <= shown) return;
    const auto left = static_cast<std::int64_t>(all - shown);
    line(
        format("    …and {} more {}", grouped(left), left == 1 ? std::string(noun) : plural(noun)));
  }
  static std::string plural(std::string_view noun) {
    if (noun.ends_with('y')) return format("{}ies", noun.substr(0, noun.size() - 1));
    return format("{}s", noun);
  }

  const RunReport& report_;
  const TextOptions& options_;
  std::string out_;
};

}  // namespace

std::string text_report(const RunReport& report, const TextOptions& options) {
  return TextWriter(report, options).write();
}

}  // namespace logquake::report
