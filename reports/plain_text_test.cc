#include "reports/plain_text.h"

#include <gtest/gtest.h>

namespace logquake::report {
namespace {

TEST(PlainText, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(readable("a\xFF z"), "a\uFFFD z");
  EXPECT_EQ(readable("\xC0\x80"), "\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(readable("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate
  EXPECT_EQ(readable("\xE2\x82"), "\uFFFD\uFFFD");            // cut short
  EXPECT_EQ(readable("gr\u00FC\u00DFe \u4E2D \U0001F600"), "gr\u00FC\u00DFe \u4E2D \U0001F600");
}

TEST(PlainText, ReplacesControlCharacters) {
  EXPECT_EQ(readable("a\nb\tc\033[2J"), "a b c\uFFFD[2J");
  EXPECT_EQ(readable("\xC2\x9B"), "\uFFFD");
}

TEST(PlainText, KeepsTheLinesOfADrawing) {
  EXPECT_EQ(readable_lines("a  |--|\n\033b \n\nc", "> "), "> a  |--|\n> \uFFFDb\n> \n> c\n");
  EXPECT_EQ(readable_lines("", "> "), "");
}

TEST(PlainText, EscapesForTextAndAttributes) {
  EXPECT_EQ(html_escaped("<a href='x' title=\"y\">&"),
            "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;");
}

TEST(PlainText, ClipsByCharacters) {
  EXPECT_EQ(clipped("gr\u00FC\u00DFe", 5), "gr\u00FC\u00DFe");
  EXPECT_EQ(clipped("gr\u00FC\u00DFe", 4), "gr\u00FC…");
  EXPECT_EQ(clipped("abc", 0), "");
}

TEST(PlainText, WrapsAtSpaces) {
  EXPECT_EQ(wrapped("one two three four", 9, "  "), "one two\n  three\n  four");
}

TEST(PlainText, GroupsAndCounts) {
  EXPECT_EQ(grouped(1), "1");
  EXPECT_EQ(grouped(-1234567), "-1,234,567");
  EXPECT_EQ(counted(1, "fault"), "1 fault");
  EXPECT_EQ(counted(2000, "fault"), "2,000 faults");
}

TEST(PlainText, RoundsDurationsForAPerson) {
  EXPECT_EQ(rounded_text(1500us), "1 ms");
  EXPECT_EQ(rounded_text(4250ms), "4.2 s");
  EXPECT_EQ(rounded_text(180s), "3 min");
  EXPECT_EQ(rounded_text(200s), "3 min 20 s");
}

}  // namespace
}  // namespace logquake::report
