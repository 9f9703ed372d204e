# Run by cpack over the installed tree before it is packed: what a package wants otherwise than
# `make install-all` does.
# SPDX-License-Identifier: Apache-2.0
set(here "${CMAKE_CURRENT_LIST_DIR}")
set(root "${CPACK_TEMPORARY_INSTALL_DIRECTORY}")

function(run)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY "${root}" COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# name_program(UNITS PROGRAM): the units in this folder run this program.
function(name_program units program)
  file(GLOB found "${units}/*.service")
  run(sed -i -E "s|^(ExecStart=)/[^ ]*/lavavisor |\\1${program} |" ${found})
endfunction()

if(CPACK_GENERATOR STREQUAL "DEB")
  set(prefix "${root}/usr")
  set(share "${prefix}/share")
  set(doc "${share}/doc/lavavisor")
  # Debian 12 wants units below /lib, and has a folder of its own for zsh.
  file(MAKE_DIRECTORY "${root}/lib" "${root}/etc/lavavisor" "${share}/zsh/vendor-completions")
  file(RENAME "${prefix}/lib/systemd" "${root}/lib/systemd")
  name_program("${root}/lib/systemd/system" /usr/bin/lavavisor)
  file(RENAME "${share}/zsh/site-functions/_lavavisor" "${share}/zsh/vendor-completions/_lavavisor")
  file(REMOVE_RECURSE "${share}/zsh/site-functions")
  configure_file("${here}/debian/sysusers.conf" "${prefix}/lib/sysusers.d/lavavisor.conf" COPYONLY)
  configure_file("${here}/debian/tmpfiles.conf" "${prefix}/lib/tmpfiles.d/lavavisor.conf" COPYONLY)
  configure_file("${here}/debian/lintian-overrides" "${share}/lintian/overrides/lavavisor" COPYONLY)
  # Debian has the licence's text itself.
  file(REMOVE "${doc}/LICENSE")
  configure_file("${here}/debian/copyright" "${doc}/copyright" COPYONLY)
  file(CREATE_LINK ../../lavavisor/examples "${doc}/examples" SYMBOLIC)
  file(RENAME "${doc}/CHANGELOG.md" "${doc}/changelog")
  run(awk -v "version=${CPACK_PACKAGE_VERSION}" -v "release=${CPACK_DEBIAN_PACKAGE_RELEASE}"
          -v "maintainer=${CPACK_PACKAGE_CONTACT}" -v "now=$ENV{SOURCE_DATE_EPOCH}"
          -f "${here}/debian/changelog.awk" "${doc}/changelog"
      OUTPUT_FILE "${doc}/changelog.Debian")
  run(gzip -9n "${doc}/changelog" "${doc}/changelog.Debian")
  file(GLOB_RECURSE pages "${share}/man/*.[1-9]")
  run(gzip -9n ${pages})
else()
  set(prefix "${root}")
  name_program("${prefix}/lib/systemd/system" /usr/local/bin/lavavisor)
endif()

if(CPACK_LAVAVISOR_STRIP)
  run("${CPACK_LAVAVISOR_STRIP}" --remove-section=.comment "${prefix}/bin/lavavisor")
endif()

# What is packed is another file than what was built: without its symbols.
if(CPACK_LAVAVISOR_SBOM)
  run(${CPACK_LAVAVISOR_SBOM} "${prefix}/bin/lavavisor" "${CPACK_PACKAGE_VERSION}"
      OUTPUT_FILE "${prefix}/share/doc/lavavisor/lavavisor.spdx.json")
endif()

# The builder's umask and clock leave no trace.
run(chmod -R u=rwX,go=rX .)
run(find . -exec touch -h -d "@$ENV{SOURCE_DATE_EPOCH}" {} +)
