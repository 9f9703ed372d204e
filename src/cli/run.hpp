// The command line: arguments in, exit code out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lavavisor::cli {

/// Parse the arguments and run the command that they name; the process's exit code.
int run(int argc, char** argv);

}  // namespace lavavisor::cli
