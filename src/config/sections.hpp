// The readers of the configuration's tables, one function each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/reader.hpp"
#include "model/desired.hpp"

#include <vector>

namespace lavavisor::config {

/// Whether the file must say which network it is about; without, chain.id is "".
enum class ChainId { required, optional };

model::ChainSettings read_chain(const TableReader& root, ChainId need);
model::BinaryPolicy read_binary(const TableReader& root);
model::SystemdSettings read_systemd(const TableReader& root);
model::RolloutPolicy read_rollout(const TableReader& root);
model::Hooks read_hooks(const TableReader& root);
model::NotifySettings read_notify(const TableReader& root);
model::MetricsSettings read_metrics(const TableReader& root);

/// [defaults] and every [[service]], with the lavap YAML of each. `chain` and `scope` decide
/// defaults.
std::vector<model::Service> read_services(const TableReader& root,
                                          const model::ChainSettings& chain,
                                          model::Scope scope);

/// "target", "min" or a release.
Checked<model::VersionChoice> parse_version_choice(std::string_view text);
/// A release, as a checked value.
Checked<model::Release> parse_release_name(std::string_view text);

}  // namespace lavavisor::config
