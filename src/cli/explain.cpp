// `lavavisor explain`: why this version, by which rule, who said so, what happens next.
// SPDX-License-Identifier: Apache-2.0
#include "view/explain.hpp"

#include "cli/command.hpp"
#include "cli/session.hpp"

namespace lavavisor::cli {

int explain(const Options& options) {
  return show_preview(options, {view::explain_text, view::explain_json});
}

}  // namespace lavavisor::cli
