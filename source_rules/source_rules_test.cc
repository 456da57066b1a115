// The project itself keeps the rules.
#include <gtest/gtest.h>

#include "source_rules/rules.h"

namespace logquake::source_rules {
namespace {

class ProjectSources : public testing::Test {
 protected:
  const Sources files = load_sources(LOGQUAKE_SOURCE_DIR);

  static void expect_none(const Problems& problems) {
    for (const auto& problem : problems) ADD_FAILURE() << to_string(problem);
  }
};

TEST_F(ProjectSources, AreFound) { EXPECT_GT(files.size(), 40U); }
TEST_F(ProjectSources, KeepTheLayers) { expect_none(check_layers(files)); }
TEST_F(ProjectSources, KeepTheDoors) { expect_none(check_doors(files)); }
TEST_F(ProjectSources, NameNothingThatLetsChanceIn) { expect_none(check_names(files)); }
TEST_F(ProjectSources, KeepTheirShape) { expect_none(check_shape(files)); }
TEST_F(ProjectSources, ListEveryDefectAndProbe) { expect_none(check_catalogues(files)); }
TEST_F(ProjectSources, DefineEveryTypeOnce) { expect_none(check_definitions(files)); }
TEST_F(ProjectSources, ProveEveryDefect) { expect_none(check_defects_are_proved(files)); }

}  // namespace
}  // namespace logquake::source_rules
