#include "reports/html_report.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "reports/html_style.h"
#include "reports/html_timeline.h"
#include "reports/plain_text.h"
#include "reports/story.h"
#include "reports/timeline.h"
#include "sim/base/format.h"

namespace logquake::report {
namespace {

// Bounds that keep the page quick to open; the run directory's trace.jsonl has everything.
constexpr std::size_t story_limit = 48;
constexpr std::size_t subject_limit = 14;
constexpr std::size_t chain_limit = 24;
constexpr std::size_t violation_limit = 20;
constexpr std::size_t row_limit = 200;
constexpr std::size_t fact_limit = 600;

std::string e(std::string_view text) { return html_escaped(text); }

std::string clause_tag(std::string_view clause) {
  return clause.empty() ? std::string() : format(R"( <span class="clause">{}</span>)", e(clause));
}

class Page {
 public:
  explicit Page(const RunReport& report)
      : report_(report),
        story_(tell(report, story_limit)),
        timeline_(lay_out(report, story_, subject_limit)) {
    for (const auto& fault : report.faults) fault_facts_.insert(fault.fact);
  }

  std::string write() && {
    head();
    banner();
    violations();
    picture();
    story();
    promises();
    anomalies();
    pending();
    faults();
    facts();
    foot();
    return std::move(out_);
  }

 private:
  template <class... Args>
  void put(FormatText<Args...> text, Args&&... args) {
    out_ += logquake::format(text, std::forward<Args>(args)...);
    out_ += '\n';
  }

  void head() {
    put(R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>{}: {}, seed {}</title>
<style>{}</style>
</head>
<body>
<main>)",
        name_of(report_.verdict), e(report_.scenario), report_.seed, page_style);
  }

  std::string_view tone() const {
    if (report_.verdict == Verdict::passed) return "tone-good";
    return report_.verdict == Verdict::unknown ? "tone-warn" : "tone-bad";
  }

  void figure(std::string_view name, const std::string& value) {
    put("<div><dt>{}</dt><dd>{}</dd></div>", e(name), e(value));
  }

  void banner() {
    put(R"(<header class="card banner {}">)", tone());
    put(R"(<div class="verdict">{}</div><h1>{}</h1>)", name_of(report_.verdict),
        e(report_.scenario));
    if (!report_.about.empty()) put("<p>{}</p>", e(report_.about));
    if (report_.verdict != Verdict::passed && !report_.stop.empty())
      put(R"(<p class="soft">Ended: {}</p>)", e(report_.stop));
    out_ += "<dl class=\"figures\">\n";
    figure("seed", format("{}", report_.seed));
    figure("simulated time", rounded_text(report_.simulated));
    figure("real time", rounded_text(report_.wall));
    figure("events", grouped(report_.events));
    figure("machines", format("{}", report_.nodes.size()));
    figure("faults", format("{}", report_.faults.size()));
    figure("strategy", report_.strategy);
    for (const auto& defect : report_.defects) figure("defect switched on", defect);
    for (const auto& setting : report_.settings) figure("setting drawn", setting);
    for (const auto& [what, count] : report_.counts) figure(what, grouped(count));
    put(R"(<div><dt>fingerprint</dt><dd class="mono">{}</dd></div>)", hex(report_.fingerprint));
    out_ += "</dl>\n";
    put(R"(<code class="again" title="brings this run back">{}</code>)", e(report_.replay_command));
    out_ += "</header>\n";
  }

  void section(std::string_view id, std::string_view title) {
    put(R"(<h2 id="{}">{}</h2>)", id, e(title));
  }

  void picture() {
    section("timeline", "Time line");
    out_ += "<div class=\"card wide\">\n";
    out_ += timeline_svg(timeline_);
    out_ +=
        R"(<ul class="legend" aria-hidden="true"><li><i class="k-up"></i>up</li><li><i class="k-paused"></i>paused</li>
<li><i class="k-down"></i>down</li><li><i class="k-act"></i>facts stated</li><li><i class="k-dot k-event"></i>key fact</li>
<li><i class="k-dot k-fault"></i>fault</li><li><i class="k-dot k-proof"></i>proof of a violation</li></ul>
</div>
)";
  }

  void story() {
    section("story", "Story");
    out_ += "<ol class=\"card story\">\n";
    for (const auto& mark : timeline_.marks) moment(mark);
    out_ += "</ol>\n";
  }

  void moment(const Mark& mark) {
    constexpr std::array<std::string_view, 4> roles{"event", "fault", "proof", "error"};
    const auto& moment = mark.moment;
    const auto more = moment.folded == 0
                          ? std::string()
                          : format(R"( <span class="soft">…and {} more by {}</span>)",
                                   grouped(moment.folded), seconds_text(moment.folded_until));
    put(R"(<li id="moment-{0}" class="{1}"><span class="no">{0}</span><span class="when">{2}</span><span class="who">{3}</span><span class="said">{4}{5}</span></li>)",
        mark.number, roles[static_cast<std::size_t>(moment.role)], seconds_text(moment.at),
        e(moment.node), e(moment.sentence), more);
  }

  void violations() {
    if (report_.violations.empty()) return;
    section("broken", "What broke, and why");
    const auto shown = std::min(report_.violations.size(), violation_limit);
    for (std::size_t index = 0; index < shown; ++index) violation(report_.violations[index]);
    more(report_.violations.size(), shown);
  }

  void violation(const Violation& violation) {
    out_ += "<article class=\"card violation\">\n";
    put("<h3>{}{}</h3>", e(violation.checker), clause_tag(violation.clause));
    put("<p>{}</p>", e(violation.message));
    if (!violation.detail.empty()) {
      put("<pre class=\"drawing\">{}</pre>", drawing(violation.detail));
    }
    if (const auto* proof = proof_of(report_, violation)) {
      out_ +=
          "<p class=\"soft\">Each step was caused by the one before it; the last proves the "
          "violation.</p>\n<ol class=\"chain\">\n";
      const auto chain = causes_of(report_, proof->id, chain_limit);
      const sim::RecordedFact* before = nullptr;
      for (const auto& [fact, skipped] : chain) {
        if (skipped > 0) put(R"(<li class="step soft">…{} like it</li>)", counted(skipped, "step"));
        const bool is_last = fact == chain.back().fact;
        link(*fact, before, is_last ? "end" : fault_facts_.count(fact->id) > 0 ? "fault" : "step");
        before = fact;
      }
      out_ += "</ol>\n";
      others(violation, *proof);
    }
    out_ += "</article>\n";
  }

  static std::string drawing(std::string_view lines) {
    std::string escaped;
    for (std::string text = readable_lines(lines, ""); !text.empty();) {
      const auto end = text.find('\n');
      escaped += e(text.substr(0, end)) + "\n";
      text.erase(0, end + 1);
    }
    return escaped;
  }

  void link(const sim::RecordedFact& fact, const sim::RecordedFact* before, std::string_view role) {
    const auto later =
        before ? format(", {} later", to_text(rounded(fact.at - before->at))) : std::string();
    put(R"(<li class="{}"><span class="soft">{}{} · {} · <code>{}</code></span><span class="said">{}</span></li>)",
        role, seconds_text(fact.at), later,
        fact.node.empty() ? std::string("the world") : e(fact.node), e(fact.kind), e(said(fact)));
  }
  static Duration rounded(Duration duration) {
    return duration >= 1ms ? std::chrono::floor<std::chrono::milliseconds>(duration)
                           : std::chrono::floor<std::chrono::microseconds>(duration);
  }

  // What proves it besides the fact that ends the chain.
  void others(const Violation& violation, const sim::RecordedFact& told) {
    std::string items;
    std::size_t count = 0;
    for (const auto id : violation.facts) {
      const auto* fact = find_fact(report_, id);
      if (fact == nullptr || fact == &told || count++ >= row_limit) continue;
      items += format("<li>{} <b>{}</b> {}</li>\n", seconds_text(fact->at), e(fact->node),
                      e(said(*fact)));
    }
    if (items.empty()) return;
    out_ += "<p class=\"soft\">Further facts that prove it:</p>\n<ul>\n" + items + "</ul>\n";
  }

  void more(std::size_t all, std::size_t shown) {
    if (all > shown) put(R"(<p class="soft">…and {} more in result.json</p>)", all - shown);
  }

  void item(std::string_view sign_class, std::string_view sign, const std::string& text) {
    put(R"(<li><span class="sign {}">{}</span>{}</li>)", sign_class, sign, text);
  }

  bool is_broken(const Promise& promise) const {
    return std::any_of(report_.violations.begin(), report_.violations.end(),
                       [&promise](const Violation& violation) {
                         return violation.checker == promise.checker &&
                                (promise.clause.empty() || promise.clause == violation.clause);
                       });
  }

  void promises() {
    if (report_.promises.empty()) return;
    section("promises", "Promises");
    out_ += "<ul class=\"card plain\">\n";
    for (const auto& promise : report_.promises) {
      const bool broken = is_broken(promise);
      item(broken ? "no" : "ok", broken ? "✗" : "✓",
           format("<b>{}</b>{} {}", e(promise.checker), clause_tag(promise.clause),
                  e(promise.summary)));
    }
    out_ += "</ul>\n";
  }

  void anomalies() {
    if (report_.anomalies.empty()) return;
    section("anomalies", "Surprising, but allowed");
    out_ += "<ul class=\"card plain\">\n";
    const auto shown = std::min(report_.anomalies.size(), row_limit);
    for (std::size_t index = 0; index < shown; ++index) {
      const auto& anomaly = report_.anomalies[index];
      const auto times = anomaly.count > 1 ? format(R"( <span class="soft">({} times)</span>)",
                                                    grouped(anomaly.count))
                                           : "";
      item("odd", "~",
           format("<b>{}</b>{} {}{}", e(anomaly.checker), clause_tag(anomaly.clause),
                  e(anomaly.message), times));
    }
    out_ += "</ul>\n";
    more(report_.anomalies.size(), shown);
  }

  void pending() {
    if (report_.pending.empty()) return;
    section("pending", "Still missing at the end");
    out_ += "<ul class=\"card plain\">\n";
    const auto shown = std::min(report_.pending.size(), row_limit);
    for (std::size_t index = 0; index < shown; ++index) item("odd", "?", e(report_.pending[index]));
    out_ += "</ul>\n";
    more(report_.pending.size(), shown);
  }

  void faults() {
    if (report_.faults.empty()) return;
    section("faults", "Faults that struck");
    out_ +=
        R"(<div class="card wide"><table><thead><tr><th scope="col" class="num">time</th><th scope="col">machine</th><th scope="col">fault</th><th scope="col">when it was to strike</th></tr></thead><tbody>
)";
    const auto shown = std::min(report_.faults.size(), row_limit);
    for (std::size_t index = 0; index < shown; ++index) {
      const auto& fault = report_.faults[index];
      put(R"(<tr><td class="num">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>)",
          seconds_text(fault.at), e(fault.node), e(fault.sentence), e(fault.when));
    }
    out_ += "</tbody></table></div>\n";
    more(report_.faults.size(), shown);
  }

  // The ends of the run and all that the story and the causes speak of.
  std::set<sim::EventId> chosen_facts() const {
    std::set<sim::EventId> chosen;
    for (const auto& moment : story_) chosen.insert(moment.fact);
    for (const auto& violation : report_.violations) {
      if (chosen.size() > fact_limit / 2) break;
      for (const auto id : violation.facts) {
        for (const auto& link : causes_of(report_, id, chain_limit)) chosen.insert(link.fact->id);
      }
    }
    std::vector<sim::EventId> followed;
    for (const auto& fact : report_.facts) {
      if (fact.level >= sim::Level::info) followed.push_back(fact.id);
    }
    for (std::size_t index = 0; index < followed.size() && chosen.size() < fact_limit; ++index) {
      chosen.insert(followed[index]);
      if (chosen.size() < fact_limit) chosen.insert(followed[followed.size() - 1 - index]);
    }
    return chosen;
  }

  void facts() {
    const auto chosen = chosen_facts();
    section("all-facts", "Facts");
    put(R"(<details class="card facts"><summary>{} of {} facts: those above and the first and last that a person follows</summary>)",
        grouped(std::ssize(chosen)), grouped(report_.facts_stated));
    out_ +=
        R"(<label><input id="filter" type="search" placeholder="filter: broker-2 leader" aria-label="filter the facts" hidden></label>
<div class="wide"><table id="facts"><caption>All facts with all fields are in trace.jsonl beside this file.</caption>
<thead><tr><th scope="col" class="num">fact</th><th scope="col" class="num">cause</th><th scope="col" class="num">time</th><th scope="col">machine</th><th scope="col">kind</th><th scope="col">what</th></tr></thead><tbody>
)";
    for (const auto id : chosen) {
      if (const auto* fact = find_fact(report_, id)) row(*fact);
    }
    out_ += "</tbody></table></div></details>\n";
  }

  void row(const sim::RecordedFact& fact) {
    put(R"(<tr class="level-{}"><td class="num">{}</td><td class="num">{}</td><td class="num">{}</td><td>{}</td><td><code>{}</code></td><td>{}<br><code class="soft">{}</code></td></tr>)",
        sim::name_of(fact.level), fact.id,
        fact.cause == sim::EventId() ? std::string() : format("{}", fact.cause), to_text(fact.at),
        e(fact.node), e(fact.kind), e(fact.sentence), e(clipped(readable(fact.fields_line), 240)));
  }

  void foot() {
    put(R"(<footer>logquake {} · run {} · scenario {}</footer>
</main>
<script>{}</script>
</body>
</html>)",
        e(report_.version), e(report_.name), e(report_.content_hash), page_script);
  }

  const RunReport& report_;
  std::vector<Moment> story_;
  Timeline timeline_;
  std::set<sim::EventId> fault_facts_;
  std::string out_;
};

}  // namespace

std::string html_report(const RunReport& report) { return Page(report).write(); }

}  // namespace logquake::report
