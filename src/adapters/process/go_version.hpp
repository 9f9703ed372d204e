// Versions of Go: which one a module asks for, which one is installed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace lavavisor::process {

struct GoVersion {
  std::array<unsigned, 3> numbers{};  ///< what is not given is 0
  std::string text;                   ///< as it was written, without "go"

  bool is_older_than(const GoVersion& other) const { return numbers < other.numbers; }
};

/// Parse "1.19", "1.23.3", "go1.23rc1" (https://go.dev/doc/toolchain#version): up to three numbers;
/// what stands behind them is not compared.
std::optional<GoVersion> parse_go_version(std::string_view text);

/// The Go that a module asks for: the newer one of the `go` and the `toolchain` line of its go.mod.
/// Fails where a line can't be read, and where neither is there.
base::Result<GoVersion> version_asked_by(std::string_view go_mod);

/// The version in what `go version` prints: "go version go1.19.8 linux/amd64".
std::optional<GoVersion> version_printed(std::string_view output);

}  // namespace lavavisor::process
