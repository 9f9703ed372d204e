# Writes OUTPUT, a C++ source that holds each of MIGRATIONS (a list of NNNN_name.sql) as text.
# The numbers must run from 0001 without a gap.
# SPDX-License-Identifier: Apache-2.0
list(SORT MIGRATIONS)
set(rows "")
set(expected 0)
foreach(file IN LISTS MIGRATIONS)
  math(EXPR expected "${expected} + 1")
  get_filename_component(name "${file}" NAME)
  if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+\\.sql$")
    message(FATAL_ERROR "${name}: a migration is named like 0001_initial.sql")
  endif()
  string(REGEX REPLACE "^0+" "" number "${CMAKE_MATCH_1}")
  if(NOT number EQUAL expected)
    message(FATAL_ERROR "${name}: migration number ${expected} is missing")
  endif()
  file(READ "${file}" sql)
  string(APPEND rows "    {\"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()

file(WRITE "${OUTPUT}" "// Made by embed_migrations.cmake out of schema/store.
#include \"adapters/store/migrations.hpp\"

#include <array>

namespace lavavisor::store {
namespace {

constexpr std::array<Migration, ${expected}> k_migrations{{
${rows}}};

}  // namespace

std::span<const Migration> migrations() { return k_migrations; }

}  // namespace lavavisor::store
")
