// What must hold of every error that speaks of input: a sentence that a terminal, a log line and a
// page can show as it is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "base/text.hpp"
#include "fuzz/fuzz.hpp"

namespace lavavisor::fuzz {

inline void require_sentence(const base::Error& error) {
  const auto& text = error.message;
  require(!text.empty() && text.size() < 2000, "an error is a sentence, not a page");
  require(base::printable(text, text.size()) == text,
          "an error has nothing that a terminal obeys, nor a line break");
}

}  // namespace lavavisor::fuzz
