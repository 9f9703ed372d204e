# Run by cpack after it has packed: the .tar.gz once more, with its names in order and owned by
# root, whoever packs it and on whatever file system.
# SPDX-License-Identifier: Apache-2.0
if(CPACK_GENERATOR STREQUAL "TGZ")
  get_filename_component(folder "${CPACK_TEMPORARY_INSTALL_DIRECTORY}" NAME)
  get_filename_component(beside "${CPACK_TEMPORARY_INSTALL_DIRECTORY}" DIRECTORY)
  execute_process(
    COMMAND tar --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -C "${beside}" -cf - "${folder}"
    COMMAND gzip -9n
    OUTPUT_FILE "${CPACK_PACKAGE_FILES}" COMMAND_ERROR_IS_FATAL ANY)
endif()
