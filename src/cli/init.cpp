// `lavavisor init`: folders and a first config.toml, then one reconcile.
// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/session.hpp"
#include "cli/site.hpp"

#include <string>

namespace lavavisor::cli {
namespace {

/// Flags that a config.toml from before does not heed.
void tell_unheeded(const Options& options, const model::Desired& desired) {
  const auto& site = options.site;
  const auto file = desired.file.string();
  if (!site.chain_id.empty() && site.chain_id != desired.chain.id) {
    base::log_warn(file + " is there already and says chain.id = " + desired.chain.id +
                   "; change it there, if it is to be " + site.chain_id);
  }
  if (!site.node.empty() && site.node != desired.chain.endpoints.front().text) {
    base::log_warn(file + " is there already and asks " + desired.chain.endpoints.front().text +
                   "; add " + site.node + " to chain.endpoints there, if it is to be asked");
  }
}

}  // namespace

int init(const Options& options) {
  const auto site = open_site(options);
  if (!site) {
    return site.error();
  }
  if (!site->is_new) {
    tell_unheeded(options, site->desired);
  }
  const int code = with_locked_directory(site->desired, [&](const model::Desired& desired) {
    return settle_and_report(options, desired, "init");
  });
  return options.site.auto_start && (code == k_success || code == k_untrusted_chain)
             ? start(options)
             : code;
}

}  // namespace lavavisor::cli
