// metrics.textfile: what `apply` leaves for node_exporter.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/report.hpp"
#include "ports/clock.hpp"
#include "ports/ledger.hpp"
#include "view/overview.hpp"

#include <string>

namespace lavavisor::cli {

/// Write the metrics of a run that ended with `result`, a word of the contract, in place of the
/// file that `desired` names, if it names one; `look` is how things are now, and `config` says the
/// configuration's commit. A file that can't be written is logged and makes nothing fail.
void write_textfile(const model::Desired& desired,
                    view::Look look,
                    const std::string& result,
                    const model::RunRecord& config,
                    ports::LedgerReader& ledger,
                    ports::Clock& clock);

}  // namespace lavavisor::cli
