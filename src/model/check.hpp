// What a look at one condition of lavavisor's work came to, and what to do about it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace lavavisor::model {

enum class Verdict {
  ok,
  warning,  ///< works now, and may not for long, or not as safely as it could
  problem,  ///< lavavisor or a service can't work like this
  skipped,  ///< could not be looked at, or does not apply here
};

struct Check {
  std::string id;       ///< SECTION.WORD, stable: "chain.endpoint"
  std::string subject;  ///< what was looked at: an endpoint, a path, a service
  Verdict verdict = Verdict::ok;
  std::string finding;  ///< a sentence without its subject and full stop
  std::string remedy;   ///< what to do; "" = nothing
  std::string command;  ///< a command that does it, or shows more; "" = none

  bool operator==(const Check&) const = default;
};

}  // namespace lavavisor::model
