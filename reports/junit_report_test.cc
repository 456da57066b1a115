#include "reports/junit_report.h"

#include <gtest/gtest.h>

#include "reports/github_annotations.h"
#include "reports/markdown_summary.h"
#include "sim/random.h"

namespace logquake::report {
namespace {

CampaignSummary sample() {
  CampaignSummary summary;
  summary.title = "seeds 1 to 6";
  summary.coverage = {"probes: 3 of 4 reached, never a.b_c"};
  ScenarioSummary scenario{.name = "gossip", .about = {}, .file = "tests/gossip.toml"};
  scenario.cases = {"rumours-reach-all", "crash"};
  scenario.runs = 6;
  scenario.passed = 3;
  scenario.violated = 2;
  scenario.crashed = 1;
  scenario.time = 1250ms;
  scenario.failures.push_back({.checker = "rumours-reach-all",
                               .signature = "# of # <lost> & gone",
                               .verdict = Verdict::violated,
                               .count = 2,
                               .seed = 4,
                               .message = "1 of 2 <lost> & gone | 100%\nreally",
                               .story = "VIOLATED\n  \"so\"\nreproduce: logquake run gossip\n",
                               .command = "logquake run gossip"});
  scenario.failures.push_back({.checker = "crash",
                               .signature = "abort",
                               .verdict = Verdict::crashed,
                               .count = 1,
                               .seed = 5,
                               .message = "abort",
                               .story = "",
                               .command = "logquake run gossip --seed 5"});
  summary.scenarios.push_back(scenario);
  return summary;
}

TEST(JunitReport, HasACaseForEachCheckerWithTheStoryAndTheWayBack) {
  EXPECT_EQ(junit_report(sample()),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="logquake" tests="2" failures="1" errors="1" time="1.250">
  <testsuite name="gossip" tests="2" failures="1" errors="1" skipped="0" time="1.250">
    <testcase name="rumours-reach-all" classname="gossip" time="1.250">
      <failure type="violated" message="# of # &lt;lost&gt; &amp; gone">violated in 2 runs, here in seed 4: 1 of 2 &lt;lost&gt; &amp; gone | 100%
really

VIOLATED
  &quot;so&quot;
reproduce: logquake run gossip
</failure>
    </testcase>
    <testcase name="crash" classname="gossip" time="0.000">
      <error type="crashed" message="abort">crashed in 1 runs, here in seed 5: abort
reproduce: logquake run gossip --seed 5
</error>
    </testcase>
  </testsuite>
</testsuites>
)");
}

TEST(JunitReport, TellsOfRequiredProbes) {
  auto summary = sample();
  summary.probes_are_required = true;
  EXPECT_NE(junit_report(summary).find("<testcase name=\"required-probes\" classname=\"probes\" "
                                       "time=\"0.000\">\n    </testcase>"),
            std::string::npos);

  summary.missing_probes = {"a.never"};
  EXPECT_NE(junit_report(summary).find("no run reached\n  a.never\n</failure>"), std::string::npos);
}

/// Whether XML 1.0 allows the text between tags: no markup, only its characters.
bool is_character_data(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x20 && c != '\n' && c != '\t') return false;
    if (c == '<' || c == '>' || c == '"') return false;
    if (c == '&') {
      const auto entity = text.substr(at, text.find(';', at) - at + 1);
      if (entity != "&amp;" && entity != "&lt;" && entity != "&gt;" && entity != "&quot;")
        return false;
    }
  }
  return text.find("\xef\xbf\xbe") == std::string_view::npos &&
         text.find("\xef\xbf\xbf") == std::string_view::npos;
}

/// Whether the text is UTF-8 without surrogates. Source: RFC 3629, section 4.
bool is_utf8(std::string_view text) {
  const auto byte = [&text](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto first = byte(at);
    const int more = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if (more < 0 || first > 0xf4) return false;
    for (int next = 1; next <= more; ++next) {
      if ((byte(at + static_cast<std::size_t>(next)) & 0xc0U) != 0x80) return false;
    }
    const auto second = byte(at + 1);
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return false;
    if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return false;
    at += static_cast<std::size_t>(more) + 1;
  }
  return true;
}

TEST(JunitReport, IsXmlWhateverIsInTheTexts) {
  sim::Random random(1);
  const std::vector<std::string> pieces{"<",
                                        "]]>",
                                        "&",
                                        "\"",
                                        "'",
                                        "\xff",
                                        "\xc3",
                                        "\xed\xa0\x80",
                                        "\xef\xbf\xbe",
                                        "\xef\xbf\xbf",
                                        "\x01",
                                        "\r",
                                        "\n",
                                        "\t",
                                        "\x7f",
                                        "é",
                                        "\xf0\x9f\x98\x80",
                                        "a",
                                        std::string(1, '\0')};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int piece = 0; piece < 12; ++piece) text += random.pick(pieces);

    const auto escaped = xml_escaped(text);

    ASSERT_TRUE(is_character_data(escaped)) << escaped;
    ASSERT_TRUE(is_utf8(escaped)) << escaped;
  }
  EXPECT_EQ(xml_escaped("é\n\t<\xf0\x9f\x98\x80"), "é\n\t&lt;\xf0\x9f\x98\x80");
  EXPECT_EQ(xml_escaped("a\xffz"), "a\xef\xbf\xbdz");
}

TEST(MarkdownSummary, IsTablesThatNoMessageBreaks) {
  auto summary = sample();
  summary.missing_probes = {"a.never"};

  EXPECT_EQ(markdown_summary(summary),
            R"(### logquake: seeds 1 to 6

| scenario | runs | passed | violated | crashed | unknown | nondeterministic |
|---|---:|---:|---:|---:|---:|---:|
| gossip | 6 | 3 | 2 | 1 | 0 | 0 |

| runs | scenario | promise | what happened | bring it back |
|---:|---|---|---|---|
| 2 | gossip | rumours-reach-all | 1 of 2 \<lost\> & gone \| 100% | `logquake run gossip` |
| 1 | gossip | crash | abort | `logquake run gossip --seed 5` |

Required probes that no run reached:

- `a.never`

- probes: 3 of 4 reached, never a.b\_c
)");
}

TEST(GithubAnnotations, AreOneLineEach) {
  auto summary = sample();
  summary.missing_probes = {"a.never"};

  EXPECT_EQ(github_annotations(summary),
            "::error file=tests/gossip.toml,title=gossip%3A rumours-reach-all violated in 2 of 6 "
            "runs::1 of 2 <lost> & gone | 100%25%0Areally%0Areproduce: logquake run gossip\n"
            "::error file=tests/gossip.toml,title=gossip%3A crash crashed in 1 of 6 runs::abort%0A"
            "reproduce: logquake run gossip --seed 5\n"
            "::error title=a required probe was not reached::a.never\n");
}

}  // namespace
}  // namespace logquake::report
