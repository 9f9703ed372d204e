// The two things that are called version: what a binary reports (protocol version) and what is
// downloaded (release).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace lavavisor::model {

/// A protocol version, compared number by number as the chain does.
struct Version {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t patch = 0;

  auto operator<=>(const Version&) const = default;
};

/// Parse MAJOR.MINOR.PATCH, a leading "v" dropped, within the chain's own bounds (minor and patch
/// at most 10000; x/protocol/types/params.go of lavanet/lava). Anything else fails.
base::Result<Version> parse_version(std::string_view text);

/// "6.2.5"
std::string to_string(const Version& version);

/// A tag of the Lava repository without its "v": "6.2.5", "3.1.7-near-hf". Ordered by its numbers,
/// then by the text behind them.
struct Release {
  std::string name;

  bool operator==(const Release&) const = default;
  std::strong_ordering operator<=>(const Release& other) const;
};

/// Take a release name: a digit, then letters, digits, ".", "-", "_" and "+", 64 at most, without
/// ".."; a leading "v" is dropped. So a release name is always a safe file name.
base::Result<Release> parse_release(std::string_view text);

/// The release that is named as `version` is.
Release release_named(const Version& version);

}  // namespace lavavisor::model
