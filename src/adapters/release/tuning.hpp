// How patiently a download is tried again; the defaults are what operators get, tests hurry.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace lavavisor::release {

struct Tuning {
  unsigned tries = 5;                            ///< of one file, the first one included
  std::chrono::milliseconds backoff{500};        ///< before the second try; doubled from then on
  std::chrono::milliseconds backoff_cap{8'000};  ///< no pause is longer
  std::chrono::milliseconds stall{30'000};       ///< no byte for so long ends a try
};

}  // namespace lavavisor::release
