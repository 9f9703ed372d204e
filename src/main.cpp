// The program's entry: hands its arguments to the command line and catches what is a bug.
// SPDX-License-Identifier: Apache-2.0
#include "cli/run.hpp"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  try {
    return lavavisor::cli::run(argc, argv);
  } catch (const std::exception& bug) {
    std::fprintf(stderr, "lavavisor: internal error (please report it): %s\n", bug.what());
    return 1;
  }
}
