// A program's output, which comes in pieces, as lines.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace lavavisor::process {

/// Puts an output together into lines and hands each on that is not blank, printable and without
/// white space at its ends; lines over 4 KiB are cut into several.
class Lines {
 public:
  explicit Lines(std::function<void(const std::string&)> on_line);

  void add(std::string_view bytes);

  /// Hand on what is left at the end.
  void flush();

 private:
  std::function<void(const std::string&)> m_on_line;
  std::string m_line;
};

}  // namespace lavavisor::process
