// `lavavisor status`: desired beside observed, a line per service.
// SPDX-License-Identifier: Apache-2.0
#include "view/status.hpp"

#include "cli/command.hpp"
#include "cli/session.hpp"
#include "cli/watch_status.hpp"

namespace lavavisor::cli {

int status(const Options& options) {
  return options.watch ? watch_status(options)
                       : show_preview(options, {view::status_text, view::status_json});
}

}  // namespace lavavisor::cli
