# What a build with sanitizers or for coverage asks of the tests: more time; that a program reaches the
# place of its findings or counters from inside a box too; and, at the end, a look at the findings.
set(LAVAVISOR_TEST_SLOWNESS 4 CACHE STRING "By how much the tests' limits of time are longer")
set(reached ${PROJECT_BINARY_DIR}/reports)
if(LAVAVISOR_COVERAGE)
  set(reached ${PROJECT_BINARY_DIR})  # each object file's counters lie beside it
endif()

get_property(tests DIRECTORY PROPERTY TESTS)
foreach(test ${tests})
  get_test_property(${test} TIMEOUT seconds)
  math(EXPR seconds "${seconds} * ${LAVAVISOR_TEST_SLOWNESS}")
  set_tests_properties(${test} PROPERTIES TIMEOUT ${seconds})
  set_property(TEST ${test} APPEND PROPERTY ENVIRONMENT
    "BOX_BIND=${reached}" "LAVAVISOR_TEST_SLOWNESS=${LAVAVISOR_TEST_SLOWNESS}")
endforeach()

if(LAVAVISOR_SANITIZE)
  add_test(NAME sanitizers COMMAND /usr/bin/python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/support/findings.py ${reached})
  set_tests_properties(sanitizers PROPERTIES DEPENDS "${tests}" TIMEOUT 60
    LABELS "unit;contract;docs;e2e")  # with whatever part was run
endif()
