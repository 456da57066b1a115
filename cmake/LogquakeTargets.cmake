# What every target of the house shares, so that each folder's CMakeLists.txt says only what is its own.

# Warnings are errors for us (the presets switch LOGQUAKE_WERROR on), not for those who build us as a part.
add_library(logquake_warnings INTERFACE)
add_library(logquake::warnings ALIAS logquake_warnings)
target_compile_options(logquake_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  # Designated initialisers leave out what has a default: that is what they are for.
  -Wno-missing-field-initializers
  # GCC 12 sees overlapping copies inside std::string that are not there (its bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # GCC 12 at -O3 takes the unused room of small inline buffers for reads of it (its bug 105562).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-maybe-uninitialized>
  # ... and sees overflows in the growth of vectors that are inlined whole (105329); Clang and -O0 look too.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-stringop-overflow>
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-stringop-overread>
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-array-bounds>
  # Runs must agree bit for bit whatever the compiler: no fused multiply-add.
  -ffp-contract=off
  $<$<BOOL:${LOGQUAKE_WERROR}>:-Werror>)

# Precompiled preludes save a quarter of a cold build. ccache cannot look into them, and with them a missing
# #include goes unseen, so builds under a launcher do without.
if(CMAKE_CXX_COMPILER_LAUNCHER)
  set(prelude_default OFF)
else()
  set(prelude_default ON)
endif()
option(LOGQUAKE_PRELUDES "Precompile the headers that every file includes" ${prelude_default})

function(logquake_prelude target header)
  if(LOGQUAKE_PRELUDES)
    target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/${header})
  endif()
endfunction()

# Lets a library's users include its headers as the project does itself: "sim/base/id.h".
function(logquake_public_headers target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/logquake>)
  set_property(GLOBAL APPEND PROPERTY LOGQUAKE_INSTALLED_TARGETS ${target})
  logquake_prelude(${target} prelude.h)
endfunction()

# One test binary a folder: logquake_test(NAME SOURCES ... LIBRARIES ... [LABEL unit]).
function(logquake_test name)
  if(NOT LOGQUAKE_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(TEST "" "LABEL" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT TEST_LABEL)
    set(TEST_LABEL unit)
  endif()
  add_executable(${name}_test ${TEST_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${TEST_LIBRARIES} logquake::warnings GTest::gtest_main)
  logquake_prelude(${name}_test test_prelude.h)
  # What is tested is optimised, not the tests themselves: they run once.
  target_compile_options(${name}_test PRIVATE $<$<CONFIG:Release>:-O0>)
  target_compile_definitions(${name}_test PRIVATE LOGQUAKE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(${name}_test
    TEST_PREFIX "${name}."
    DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${TEST_LABEL} TIMEOUT 600)
endfunction()
