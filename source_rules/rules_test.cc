// Each rule fails on a planted breach and passes over its lawful neighbour.
#include "source_rules/rules.h"

#include <gtest/gtest.h>

namespace logquake::source_rules {
namespace {

Sources one(std::string path, std::string text) { return {{std::move(path), std::move(text)}}; }

bool finds(const Problems& problems, const std::string& path, int line) {
  for (const auto& problem : problems) {
    if (problem.path == path && problem.line == line) return true;
  }
  return false;
}

TEST(Layers, FailOnAnArrowThatPointsUp) {
  EXPECT_TRUE(finds(check_layers(one("sim/node.cc", "\n#include \"models/broker/log.h\"\n")),
                    "sim/node.cc", 2));
  EXPECT_TRUE(finds(check_layers(one("reports/story.cc", "#include \"models/broker/facts.h\"\n")),
                    "reports/story.cc", 1));
  EXPECT_TRUE(
      finds(check_layers(one("models/broker/log.cc", "#include \"scenarios/engine/kit.h\"\n")),
            "models/broker/log.cc", 1));
  EXPECT_TRUE(
      finds(check_layers(one("scenarios/engine/runner.cc", "#include \"models/cluster.h\"\n")),
            "scenarios/engine/runner.cc", 1));
  EXPECT_TRUE(
      finds(check_layers(one("sim/base/id.h", "#include \"sim/node.h\"\n")), "sim/base/id.h", 1));
}

TEST(Layers, FailOnAnArrowBetweenStrangers) {
  EXPECT_FALSE(
      check_layers(one("models/database/engine.cc", "#include \"models/broker/log.h\"\n")).empty());
  EXPECT_FALSE(
      check_layers(one("models/broker/broker.cc", "#include \"models/client/producer.h\"\n"))
          .empty());
  EXPECT_FALSE(check_layers(one("sim/node.cc", "#include \"sim/testing/matchers.h\"\n")).empty());
}

TEST(Layers, StandBetweenTheRoomsOfAModelToo) {
  const std::string upward = "#include \"models/quorum/server/leader_role.h\"\n";
  EXPECT_FALSE(check_layers(one("models/quorum/zab/leadership.cc", upward)).empty());
  EXPECT_FALSE(check_layers(one("models/quorum/zab/leadership.h", upward)).empty());
  EXPECT_FALSE(
      check_layers(one("models/broker/broker_test.cc", "#include \"models/client/producer.h\"\n"))
          .empty());
  EXPECT_TRUE(check_layers(one("models/quorum/zab/leadership_test.cc", upward)).empty());
  EXPECT_TRUE(check_layers(one("models/quorum/zab/zab_harness.h", upward)).empty());
}

TEST(Layers, FailOnAnIncludeThatIsNotFromTheRoot) {
  EXPECT_FALSE(check_layers(one("sim/node.cc", "#include \"disk.h\"\n")).empty());
  EXPECT_FALSE(check_layers(one("elsewhere/a.cc", "")).empty());
}

TEST(Layers, AllowArrowsThatPointDown) {
  EXPECT_TRUE(check_layers(one("models/broker/broker.cc",
                               "#include \"models/groups/group.h\"\n#include \"sim/node.h\"\n"))
                  .empty());
  EXPECT_TRUE(
      check_layers(one("sim/node_test.cc", "#include \"sim/testing/matchers.h\"\n")).empty());
  EXPECT_TRUE(
      check_layers(one("models/cluster.h", "#include \"models/connect/worker.h\"\n")).empty());
}

TEST(Doors, FailOnAThirdPartyHeaderElsewhere) {
  EXPECT_TRUE(finds(check_doors(one("models/broker/log.cc", "#include <fmt/format.h>\n")),
                    "models/broker/log.cc", 1));
  EXPECT_FALSE(check_doors(one("sim/schedule/scheduler.cc", "#include <boost/context/fiber.hpp>\n"))
                   .empty());
  EXPECT_FALSE(check_doors(one("sim/node.cc", "#include <gtest/gtest.h>\n")).empty());
}

TEST(Doors, OpenForTheirOneFile) {
  EXPECT_TRUE(check_doors(one("sim/base/format.h", "#include <fmt/format.h>\n")).empty());
  EXPECT_TRUE(check_doors(one("sim/node_test.cc", "#include <gtest/gtest.h>\n")).empty());
}

TEST(Names, FailOnWhatLetsChanceIn) {
  for (const auto* code :
       {"std::unordered_map<int, int> m;", "auto h = std::hash<int>{}(1);", "std::random_device d;",
        "std::uniform_int_distribution<int> d;", "std::shuffle(a, b, c);", "double x;", "float x;",
        "std::thread t;", "auto now = std::chrono::system_clock::now();", "thread_local int x;",
        "std::map<Node*, int> m;", "std::set<const Node*> s;", "auto x = getenv(name);"}) {
    EXPECT_TRUE(finds(check_names(one("models/broker/a.cc", std::string("\n") + code)),
                      "models/broker/a.cc", 2))
        << code;
    EXPECT_FALSE(check_names(one("sim/a.h", code)).empty()) << code;
  }
}

TEST(Names, FailOnStateOutsideObjects) {
  EXPECT_FALSE(
      check_names(one("models/a.cc", "int f() { static int calls = 0; return ++calls; }")).empty());
  EXPECT_FALSE(check_names(one("models/a.cc", "static std::vector<int> all;")).empty());
  EXPECT_TRUE(check_names(one("models/a.cc",
                              "static int f(int x) { return x; } static constexpr int y = 1;"))
                  .empty());
}

TEST(Names, FailOnACatchThatSwallowsTheKill) {
  EXPECT_FALSE(
      check_names(one("models/a.cc", "void f() { try { g(); } catch (...) { h(); } }")).empty());
  EXPECT_TRUE(
      check_names(one("models/a.cc", "void f() { try { g(); } catch (...) { h(); throw; } }"))
          .empty());
}

TEST(Names, PassOverCommentsAndText) {
  EXPECT_TRUE(
      check_names(
          one("sim/a.cc",
              "// std::thread\n/* double */ auto t = \"float\"; auto r = R\"x(double \")x\";"))
          .empty());
  EXPECT_TRUE(
      check_names(one("sim/a.cc", "std::map<NodeId, Node*> nodes; int hash; auto n = 1'000'000;"))
          .empty());
  EXPECT_TRUE(check_names(one("models/database/value.h", "double real;")).empty());
  EXPECT_TRUE(check_names(one("scenarios/cli/a.cc", "auto now = std::chrono::steady_clock::now();"))
                  .empty());
}

TEST(Shape, FailsOnALongFile) {
  EXPECT_FALSE(check_shape(one("sim/a.cc", std::string(601, '\n'))).empty());
  EXPECT_TRUE(check_shape(one("sim/a.cc", std::string(600, '\n'))).empty());
}

TEST(Shape, FailsOnAHeaderWithoutGuardAndANoteWithoutIssue) {
  EXPECT_FALSE(check_shape(one("sim/a.h", "int x;\n")).empty());
  EXPECT_TRUE(finds(check_shape(one("sim/a.cc", "\n// TODO later\n")), "sim/a.cc", 2));
  EXPECT_TRUE(check_shape(one("sim/a.cc", "// TODO(#12): later\n")).empty());
}

TEST(Catalogues, FailOnAnUnlistedDefect) {
  const std::string head =
      "inline constexpr sim::Defect one{\"a.one\"};\ninline constexpr sim::Defect "
      "two{\"a.two\"};\n";

  EXPECT_TRUE(finds(
      check_catalogues(one("models/a/defects.h",
                           head + "inline constexpr std::array<sim::Defect, 1> a_defects{one};")),
      "models/a/defects.h", 2));
  EXPECT_TRUE(check_catalogues(
                  one("models/a/defects.h",
                      head + "inline constexpr std::array<sim::Defect, 2> a_defects{one, two};"))
                  .empty());
}

TEST(Catalogues, MayLeaveTheTypeOfTheirElementsOut) {
  const std::string head = "inline constexpr sim::Probe one{\"a.one\", \"\"};\n";

  EXPECT_FALSE(check_catalogues(
                   one("models/a/probes.h", head + "inline constexpr std::array a_probes{two};"))
                   .empty());
  EXPECT_TRUE(check_catalogues(
                  one("models/a/probes.h", head + "inline constexpr std::array a_probes{one};"))
                  .empty());
}

TEST(Catalogues, HoldBuggifySitesToo) {
  const std::string site = "inline constexpr sim::BuggifySite rare{\"a.rare\", \"\"};\n";
  EXPECT_FALSE(check_catalogues(one("models/a/probes.h", site)).empty());
  EXPECT_FALSE(check_catalogues(one("models/a/log.cc", site)).empty());
  EXPECT_TRUE(check_catalogues(
                  one("models/a/probes.h", site + "inline constexpr std::array sites{rare};\n"))
                  .empty());
}

TEST(Catalogues, FailOnAProbeElsewhere) {
  EXPECT_FALSE(
      check_catalogues(one("models/a/log.cc", "constexpr sim::Probe full{\"a.full\", \"\"};"))
          .empty());
  EXPECT_FALSE(
      check_catalogues(one("models/a/log.cc", "inline constexpr YieldSite here{\"a.here\"};"))
          .empty());
}

TEST(Definitions, FailOnOneNameInTwoFiles) {
  for (const auto* code :
       {"struct Position { int at; };", "class Position final : public Base { int at; };",
        "template <class T> class [[nodiscard]] Position { T at; };",
        "enum class Position : std::uint8_t { here };", "union Position { int at; };"}) {
    const auto problems = check_definitions(
        {{"models/broker/a.h", "namespace logquake::kafka { struct Position {}; }"},
         {"models/client/b.cc", std::string("namespace logquake {\nnamespace kafka {\n") + code}});

    EXPECT_EQ(problems.size(), 1U) << code;
    EXPECT_TRUE(finds(problems, "models/client/b.cc", 3)) << code;
  }
  EXPECT_FALSE(check_definitions(
                   {{"a.cc", "struct Server::Shared {};"}, {"b.cc", "struct Server::Shared {};"}})
                   .empty());
}

TEST(Definitions, PassOverWhatCannotMeet) {
  for (const auto* code :
       {"namespace logquake { namespace { struct Position {}; } }",
        "namespace logquake { class Other { struct Position {}; }; }",
        "namespace logquake { void f() { struct Position {}; } }",
        "namespace logquake { struct Position; }", "namespace logquake { class Position f() {} }",
        "namespace logquake { enum class Position : int; }",
        "namespace logquake { template <> struct Position<int> {}; }",
        "namespace logquake { template <class Position> void f(Position p) {} }",
        "namespace logquake { friend class Position; }",
        "namespace logquake::other { struct Position {}; }",
        "namespace l = logquake; struct Position {};"}) {
    EXPECT_TRUE(
        check_definitions({{"models/broker/a.h", "namespace logquake { class Position {}; }"},
                           {"models/client/b.cc", code}})
            .empty())
        << code;
  }
}

TEST(Proofs, FailForADefectThatNoTestNames) {
  const SourceFile defects{"models/a/defects.h",
                           "inline constexpr sim::Defect one{\n    .name = \"a.one\"};\n"
                           "inline constexpr sim::Defect two{\n    .name = \"a.two\"};\n"};
  const SourceFile code{"models/a/log.cc", "bool broken = node.has(two);"};
  const auto problems_with = [&](std::string path, std::string test) {
    return check_defects_are_proved({defects, code, {std::move(path), std::move(test)}});
  };

  EXPECT_TRUE(finds(problems_with("models/a/log_test.cc", "run(one);"), "models/a/defects.h", 3));
  EXPECT_FALSE(finds(problems_with("models/a/log_test.cc", "run(one);"), "models/a/defects.h", 1));
  EXPECT_EQ(problems_with("models/a/log_test.cc", "// one, two\n").size(), 2U);
  EXPECT_EQ(problems_with("models/a/log.h", "run(one, two);").size(), 2U);
  EXPECT_TRUE(problems_with("scenarios/a_test.cc", "run(\"a.two\", one);").empty());
}

}  // namespace
}  // namespace logquake::source_rules
