// Runs the properties of a binary, as many cases as LOGQUAKE_PROPERTY_SIZE asks for.
#include <gtest/gtest.h>

#include "scenarios/testing/property_size.h"

int main(int argc, char** argv) {
  logquake::scenario::apply_property_size();
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
