// The same metrics as over HTTP, but for those that one process counts.
// SPDX-License-Identifier: Apache-2.0
#include "cli/textfile.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "view/metrics.hpp"
#include "view/public_names.hpp"

#include <build_info.hpp>
#include <memory>
#include <utility>

namespace lavavisor::cli {
namespace {

constexpr std::size_t k_runs = 100;  // the last success is among them, or long ago

/// What the ledger can't tell is left out.
std::shared_ptr<const view::Past> past_of(ports::LedgerReader& ledger,
                                          const view::PublicNames& names) {
  auto totals = ledger.totals();
  auto runs = ledger.runs(k_runs);
  if (!totals || !runs) {
    return nullptr;
  }
  return std::make_shared<const view::Past>(
      names.shown(view::Past{std::move(*totals), {}, std::move(*runs)}));
}

}  // namespace

void write_textfile(const model::Desired& desired,
                    view::Look look,
                    const std::string& result,
                    const model::RunRecord& config,
                    ports::LedgerReader& ledger,
                    ports::Clock& clock) {
  const auto& file = desired.metrics.textfile;
  if (file.empty()) {
    return;
  }
  const view::PublicNames names{desired};
  view::Overview overview;
  overview.version = k_version;
  overview.desired = std::make_shared<const model::Desired>(desired);
  overview.config_commit = config.config_commit;
  overview.config_dirty = config.config_dirty;
  overview.look = std::make_shared<const view::Look>(names.shown(std::move(look)));
  overview.past = past_of(ledger, names);
  overview.last_pass = clock.now();
  overview.last_result = result;
  if (result == "converged" || result == "changed") {
    overview.last_success = overview.last_pass;
  } else if (overview.past) {
    overview.last_success = view::last_success_of(overview.past->runs);
  }
  if (const auto written = base::write_file_atomically(file, view::metrics_text(overview));
      !written) {
    base::log_warn("metrics.textfile: " + written.error().message);
  }
}

}  // namespace lavavisor::cli
