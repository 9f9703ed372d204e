# Read by cpack first: all times in a package are those of the source, so that the same source makes
# the same package. $SOURCE_DATE_EPOCH, else the last commit, else the change log's own time.
# SPDX-License-Identifier: Apache-2.0
if(NOT "$ENV{SOURCE_DATE_EPOCH}" MATCHES "^[0-9]+$")
  execute_process(COMMAND git -C "${CPACK_LAVAVISOR_SOURCE}" log -1 --format=%ct
                  OUTPUT_VARIABLE seconds OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT seconds MATCHES "^[0-9]+$")
    file(TIMESTAMP "${CPACK_LAVAVISOR_SOURCE}/CHANGELOG.md" seconds "%s" UTC)
  endif()
  set(ENV{SOURCE_DATE_EPOCH} "${seconds}")
endif()

if(CPACK_GENERATOR STREQUAL "DEB")
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
endif()
