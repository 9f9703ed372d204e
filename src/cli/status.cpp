// `lavavisor status`: desired beside observed, a line per service.
// SPDX-License-Identifier: Apache-2.0
#include "view/status.hpp"

#include "cli/command.hpp"
#include "cli/session.hpp"

namespace lavavisor::cli {

int status(const Options& options) {
  return show_preview(options, {view::status_text, view::status_json});
}

}  // namespace lavavisor::cli
