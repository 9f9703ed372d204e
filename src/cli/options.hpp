// What was said on the command line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace lavavisor::cli {

struct Options {
  // global
  std::string log_level = "info";
  std::string log_format = "text";
  std::string color = "auto";
  bool quiet = false;

  // of commands
  std::string config;  ///< "" = look for it
  bool json = false;
  bool detailed_exitcode = false;
  bool dry_run = false;
  std::string assume;  ///< "target=X,min=Y"
  std::size_t count = 0;
  std::string clear;  ///< a release
  std::string shell;
};

/// Whether what goes to stdout is coloured: --color, else NO_COLOR, else whether it is a terminal.
bool colour_stdout(const Options& options);

/// The same for stderr.
bool colour_stderr(const Options& options);

}  // namespace lavavisor::cli
