# Run by cpack after it has packed: the .tar.gz once more, with its names in order and owned by
# root, whoever packs it and on whatever file system; the .deb's outer archive once more, whose
# headers would tell of the builder's umask.
# SPDX-License-Identifier: Apache-2.0
get_filename_component(folder "${CPACK_TEMPORARY_INSTALL_DIRECTORY}" NAME)
get_filename_component(beside "${CPACK_TEMPORARY_INSTALL_DIRECTORY}" DIRECTORY)
if(CPACK_GENERATOR STREQUAL "TGZ")
  execute_process(
    COMMAND tar --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -C "${beside}" -cf - "${folder}"
    COMMAND gzip -9n
    OUTPUT_FILE "${CPACK_PACKAGE_FILES}" COMMAND_ERROR_IS_FATAL ANY)
elseif(CPACK_GENERATOR STREQUAL "DEB")
  set(members "${beside}/members")  # deb(5): these three, in this order
  file(REMOVE_RECURSE "${members}")
  file(MAKE_DIRECTORY "${members}")
  execute_process(COMMAND ar x "${CPACK_PACKAGE_FILES}" WORKING_DIRECTORY "${members}" COMMAND_ERROR_IS_FATAL ANY)
  execute_process(
    COMMAND ar qcDS lavavisor.deb debian-binary control.tar.gz data.tar.xz
    WORKING_DIRECTORY "${members}" COMMAND_ERROR_IS_FATAL ANY)
  file(RENAME "${members}/lavavisor.deb" "${CPACK_PACKAGE_FILES}")
endif()
