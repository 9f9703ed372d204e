// What every kind of endpoint can answer in place of what was asked: errors, HTML, nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/chain/http_pool.hpp"
#include "adapters/chain/json.hpp"

#include <string>
#include <string_view>

namespace lavavisor::chain {

/// Read the body of `answer` as one JSON object. `protocol` names what was expected instead of
/// HTML ("JSON-RPC"), `port` where it would be found ("RPC"). Any HTTP status will do, as long as
/// the body is an object: both kinds of endpoint send their errors so.
base::Result<Json> read_object(const HttpAnswer& answer,
                               std::string_view protocol,
                               std::string_view port);

/// "HTTP 503 (service unavailable)"; for a redirect, where it leads.
std::string describe_status(const HttpAnswer& answer);

/// Text from outside made safe to show: one line, `base::printable`.
std::string shown(std::string_view text);

}  // namespace lavavisor::chain
