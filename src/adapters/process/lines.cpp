// Byte by byte: no output is so fast that this would matter.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/lines.hpp"

#include "base/text.hpp"

#include <utility>

namespace lavavisor::process {

Lines::Lines(std::function<void(const std::string&)> on_line) : m_on_line(std::move(on_line)) {}

void Lines::add(std::string_view bytes) {
  constexpr std::size_t k_longest = 4'096;
  for (const char c : bytes) {
    if (c == '\n' || m_line.size() == k_longest) {
      flush();
    }
    if (c != '\n') {
      m_line += c;
    }
  }
}

void Lines::flush() {
  const auto line = base::trim(m_line);
  if (!line.empty()) {
    m_on_line(base::printable(line, 2 * line.size() + 1'000));
  }
  m_line.clear();
}

}  // namespace lavavisor::process
