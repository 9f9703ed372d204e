// The protobuf answer of lavanet.lava.protocol.Query/Params, read strictly and only as far as it
// is used: field 1 (params) > field 1 (version) > strings 1 .. 4.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace lavavisor::chain {

/// The four version strings as the chain keeps them, not yet parsed.
struct VersionStrings {
  std::string provider_target;
  std::string provider_min;
  std::string consumer_target;
  std::string consumer_min;

  bool operator==(const VersionStrings&) const = default;
};

/// Decode the wire format (protobuf.dev/programming-guides/encoding): unknown fields are skipped,
/// the last of a repeated string wins, repeated messages are merged. Fails on a known field of
/// another wire type, groups, lengths beyond the end, varints over ten bytes, text that is not
/// UTF-8, and strings that are missing or empty, which are named.
base::Result<VersionStrings> decode_params(std::string_view bytes);

}  // namespace lavavisor::chain
