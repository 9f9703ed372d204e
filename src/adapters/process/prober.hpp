// Asking a binary for its protocol version, with as little trust in it as a host can have.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/binaries.hpp"

#include <chrono>
#include <stop_token>

namespace lavavisor::process {

class Prober final : public ports::BinaryProber {
 public:
  /// `stop` ends a probe early; `limit` is 10 s but in tests.
  explicit Prober(std::stop_token stop = {},
                  std::chrono::milliseconds limit = std::chrono::seconds{10});

  base::Result<model::Version> probe(const model::Path& binary, const std::string& user) override;

 private:
  std::stop_token m_stop;
  std::chrono::milliseconds m_limit;
};

}  // namespace lavavisor::process
