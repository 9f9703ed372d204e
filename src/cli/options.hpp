// What was said on the command line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace lavavisor::cli {

/// Where a command of the original works, and whom it asks; of all but import's.
struct SiteOptions {
  std::string directory;  ///< D of D/.lavavisor; "" = ~
  std::string node;
  std::string chain_id;
  bool auto_download = false;
  bool auto_start = false;
};

/// Of wrap and pod.
struct WrapOptions {
  std::string cmd;
  bool enter_keyring_password = false;
  std::string keyring_password_file;  ///< "" = none, "-" = stdin
  std::string stop_timeout = "60s";
  std::string restart = "always";
  std::string listen;  ///< "" = nowhere
};

/// Of create-service; "" and none = not said.
struct ServiceOptions {
  std::string type;
  std::string file;
  std::string from;
  std::optional<unsigned> geolocation;
  std::string keyring_backend;
  std::string log_level;
  std::optional<unsigned> parallel_connections;
  std::string user;
  bool create_link = false;
};

struct Options {
  // global
  std::string log_level = "info";
  std::string log_format = "text";
  std::string color = "auto";
  bool quiet = false;

  // of commands
  std::string config;  ///< "" = look for it
  bool json = false;
  bool watch = false;
  bool detailed_exitcode = false;
  bool dry_run = false;
  std::string assume;  ///< "target=X,min=Y"
  std::size_t count = 0;
  std::string clear;  ///< a release
  std::string shell;
  SiteOptions site;
  WrapOptions wrap;
  ServiceOptions service;
};

/// Whether what goes to stdout is coloured: --color, else NO_COLOR, else whether it is a terminal.
bool colour_stdout(const Options& options);

/// The same for stderr.
bool colour_stderr(const Options& options);

}  // namespace lavavisor::cli
