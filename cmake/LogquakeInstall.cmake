# cmake --install: libraries, headers, the package for find_package(logquake). Included last, when every
# folder has named what it installs.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/logquake)

get_property(installed GLOBAL PROPERTY LOGQUAKE_INSTALLED_TARGETS)
list(REMOVE_DUPLICATES installed)
set_target_properties(logquake_warnings PROPERTIES EXPORT_NAME warnings)
install(TARGETS ${installed} logquake_warnings EXPORT logquakeTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(EXPORT logquakeTargets NAMESPACE logquake:: DESTINATION ${package_dir} COMPONENT development)

install(DIRECTORY sim reports models scenarios
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/logquake COMPONENT development
  FILES_MATCHING PATTERN "*.h" PATTERN "testdata" EXCLUDE PATTERN "library" EXCLUDE)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

configure_package_config_file(cmake/logquakeConfig.cmake.in ${PROJECT_BINARY_DIR}/logquakeConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/logquakeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/logquakeConfig.cmake ${PROJECT_BINARY_DIR}/logquakeConfigVersion.cmake
  DESTINATION ${package_dir} COMPONENT development)

# The examples are built as a user builds them: against an installed package.
if(LOGQUAKE_BUILD_TESTS)
  foreach(example replicated-counter replicated-register)
    add_test(NAME package.BuildsAgainstTheInstalledPackage.${example}
      COMMAND ${CMAKE_COMMAND}
        -D BUILD_DIR=${PROJECT_BINARY_DIR}
        -D EXAMPLE_DIR=${PROJECT_SOURCE_DIR}/examples/${example}
        -D CXX_COMPILER=${CMAKE_CXX_COMPILER}
        -D BUILD_TYPE=${CMAKE_BUILD_TYPE}
        -P ${PROJECT_SOURCE_DIR}/cmake/test-package.cmake)
    set_tests_properties(package.BuildsAgainstTheInstalledPackage.${example}
      PROPERTIES LABELS package TIMEOUT 600)
  endforeach()
endif()
