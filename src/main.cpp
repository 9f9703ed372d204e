// The program's entry: hands its arguments to the command line and catches what is a bug.
// SPDX-License-Identifier: Apache-2.0
#include "cli/run.hpp"

#include <sys/prctl.h>

#include <cstdio>
#include <exception>

#if defined(__has_feature)
#define LAVAVISOR_FINDS_LEAKS __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define LAVAVISOR_FINDS_LEAKS 1
#else
#define LAVAVISOR_FINDS_LEAKS 0
#endif

namespace {

/// A configuration holds secrets (notify.webhook, a key in an endpoint's URL): no core of this
/// process, and no look into its memory by what else its user runs. execve(2) undoes it, so what is
/// started from here may have a core. LeakSanitizer has to look into it.
void keep_memory_private() {
#if !LAVAVISOR_FINDS_LEAKS
  ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory_private();
  try {
    return lavavisor::cli::run(argc, argv);
  } catch (const std::exception& bug) {
    std::fprintf(stderr, "lavavisor: internal error (please report it): %s\n", bug.what());
    return 1;
  }
}
