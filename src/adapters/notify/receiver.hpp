// Where events are sent, out of configuration, files and environment. All of it is secret but the
// scheme, the host and the port.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "model/desired.hpp"

#include <string>
#include <vector>

namespace lavavisor::notify {

struct Receiver {
  std::string url;                    ///< secret: its path or query is a key with most services
  std::string token;                  ///< secret; "" = none
  std::string shown;                  ///< scheme://host[:port], which may be told
  std::vector<std::string> warnings;  ///< a file with a secret that others may read
};

/// True when settings or $LAVAVISOR_WEBHOOK name a receiver, be it readable or not.
bool has_receiver(const model::NotifySettings& settings);

/// Read it now: the URL from `webhook`, else the first line of `webhook_file`, else
/// $LAVAVISOR_WEBHOOK; the token from the first line of `token_file`, else
/// $LAVAVISOR_WEBHOOK_TOKEN. Fails where a file can't be read or is no regular one, and for what is
/// no http or https URL; no error names a secret.
base::Result<Receiver> read_receiver(const model::NotifySettings& settings);

}  // namespace lavavisor::notify
