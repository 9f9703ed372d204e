// What each exit code promises (lavavisor(1), EXIT STATUS).
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lavavisor::cli {

enum ExitCode : int {
  k_success = 0,
  k_failed = 1,           ///< something failed while it ran; running again goes on
  k_changes_pending = 2,  ///< plan --detailed-exitcode
  k_usage = 3,            ///< usage or configuration error, nothing was touched
  k_untrusted_chain = 4,  ///< no trustworthy version from the chain
  k_locked = 5,           ///< another lavavisor holds the directory
};

}  // namespace lavavisor::cli
