#include "reports/junit_report.h"

#include <algorithm>

#include "reports/plain_text.h"
#include "sim/base/format.h"

namespace logquake::report {
namespace {

std::string attribute(std::string_view name, std::string_view value) {
  // As one line: parsers make spaces of line breaks in attributes.
  return format(" {}=\"{}\"", name, xml_escaped(readable(value)));
}

std::string seconds(Duration duration) {
  const auto milliseconds = duration / 1ms;
  return format("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
}

std::string told(const FailureSummary& failure) {
  auto text = format("{} in {} runs, here in seed {}: {}\n", name_of(failure.verdict),
                     failure.count, failure.seed, failure.message);
  if (!failure.story.empty()) text += "\n" + failure.story;
  if (!text.ends_with('\n')) text += '\n';
  const auto last = "reproduce: " + failure.command + "\n";
  return text.ends_with(last) ? text : text + last;
}

/// Of one case; JUnit has room for one element, so what else failed there stands in its text.
std::string element_of(const std::vector<const FailureSummary*>& failures) {
  if (failures.empty()) return {};
  const bool is_failure = std::any_of(failures.begin(), failures.end(), [](const auto* failure) {
    return failure->verdict == Verdict::violated;
  });
  const std::string_view element = is_failure ? "failure" : "error";
  const auto& first = *failures.front();
  auto message = first.signature;
  if (failures.size() > 1) message += format(" (and {} more)", failures.size() - 1);
  std::string text;
  for (const auto* failure : failures) text += (text.empty() ? "" : "\n") + told(*failure);
  return format("      <{}{}{}>{}</{}>\n", element, attribute("type", name_of(first.verdict)),
                attribute("message", message), xml_escaped(text), element);
}

struct Case {
  std::string name;
  std::vector<const FailureSummary*> failures;
};

std::vector<Case> cases_of(const ScenarioSummary& scenario) {
  std::vector<Case> cases;
  for (const auto& name : scenario.cases) cases.push_back({name, {}});
  for (const auto& failure : scenario.failures) {
    auto found = std::find_if(cases.begin(), cases.end(), [&failure](const Case& known) {
      return known.name == failure.checker;
    });
    if (found == cases.end()) found = cases.insert(found, {failure.checker, {}});
    found->failures.push_back(&failure);
  }
  return cases;
}

struct Suite {
  std::string cases;
  int tests = 0;
  int failures = 0;
  int errors = 0;
};

Suite suite_of(const ScenarioSummary& scenario) {
  Suite suite;
  for (const auto& one : cases_of(scenario)) {
    const auto element = element_of(one.failures);
    ++suite.tests;
    if (element.starts_with("      <failure")) ++suite.failures;
    if (element.starts_with("      <error")) ++suite.errors;
    suite.cases +=
        format("    <testcase{}{}{}>\n{}    </testcase>\n", attribute("name", one.name),
               attribute("classname", scenario.name),
               attribute("time", suite.tests == 1 ? seconds(scenario.time) : "0.000"), element);
  }
  return suite;
}

std::string open_suite(const std::string& name, const Suite& suite, Duration time) {
  return format("  <testsuite{}{}{}{}{}{}>\n", attribute("name", name),
                attribute("tests", format("{}", suite.tests)),
                attribute("failures", format("{}", suite.failures)),
                attribute("errors", format("{}", suite.errors)), attribute("skipped", "0"),
                attribute("time", seconds(time)));
}

std::string probes_suite(const CampaignSummary& summary) {
  Suite suite{.cases = {}, .tests = 1};
  std::string element;
  if (!summary.missing_probes.empty()) {
    suite.failures = 1;
    std::string text = "no run reached\n";
    for (const auto& name : summary.missing_probes) text += "  " + name + "\n";
    element = format("      <failure{}{}>{}</failure>\n", attribute("type", "probes"),
                     attribute("message", format("{} required probes were never reached",
                                                 summary.missing_probes.size())),
                     xml_escaped(text));
  }
  return open_suite("probes", suite, {}) +
         format("    <testcase{}{}{}>\n{}    </testcase>\n  </testsuite>\n",
                attribute("name", "required-probes"), attribute("classname", "probes"),
                attribute("time", "0.000"), element);
}

/// How many bytes look like one character of UTF-8 at the front; one for all that do not.
std::size_t character_bytes(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (std::size_t at = 1; at < size; ++at) {
    if (at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xc0U) != 0x80) return 1;
  }
  return size;
}

}  // namespace

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const auto size = character_bytes(text);
    const auto character = text.substr(0, size);
    text.remove_prefix(size);
    if (size > 1) {
      // readable() knows what is UTF-8. U+FFFE and U+FFFF are, but are no characters of XML.
      const bool is_forbidden = character == "\xef\xbf\xbe" || character == "\xef\xbf\xbf";
      escaped += is_forbidden ? std::string("\xef\xbf\xbd") : readable(character);
      continue;
    }
    switch (character.front()) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\n':
      case '\t':
        escaped += character;
        break;
      default:
        escaped += readable(character);
    }
  }
  return escaped;
}

std::string junit_report(const CampaignSummary& summary) {
  std::string suites;
  Suite all;
  Duration time{};
  for (const auto& scenario : summary.scenarios) {
    const auto suite = suite_of(scenario);
    suites += open_suite(scenario.name, suite, scenario.time) + suite.cases + "  </testsuite>\n";
    all.tests += suite.tests;
    all.failures += suite.failures;
    all.errors += suite.errors;
    time += scenario.time;
  }
  if (summary.probes_are_required) {
    suites += probes_suite(summary);
    ++all.tests;
    all.failures += summary.missing_probes.empty() ? 0 : 1;
  }
  return format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites{}{}{}{}{}>\n{}</testsuites>\n",
      attribute("name", "logquake"), attribute("tests", format("{}", all.tests)),
      attribute("failures", format("{}", all.failures)),
      attribute("errors", format("{}", all.errors)), attribute("time", seconds(time)), suites);
}

}  // namespace logquake::report
