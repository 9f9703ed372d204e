// A size of 0 is that of a terminal that was never told its size (a serial line, `script`).
// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace lavavisor::cli {
namespace {

std::size_t from_environment(const char* name, std::size_t otherwise) {
  const char* value = std::getenv(name);
  const std::string_view text{value == nullptr ? "" : value};
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  return is_number && number > 0 && number < 10'000 ? number : otherwise;
}

}  // namespace

std::optional<TerminalSize> terminal_size(int descriptor) {
  if (::isatty(descriptor) != 1) {
    return std::nullopt;
  }
  winsize told{};
  if (::ioctl(descriptor, TIOCGWINSZ, &told) != 0) {
    told = {};
  }
  const TerminalSize usual;
  return TerminalSize{told.ws_col > 0 ? told.ws_col : from_environment("COLUMNS", usual.columns),
                      told.ws_row > 0 ? told.ws_row : from_environment("LINES", usual.rows)};
}

bool can_draw(int descriptor) {
  const char* name = std::getenv("TERM");
  const std::string_view kind{name == nullptr ? "" : name};
  return ::isatty(descriptor) == 1 && !kind.empty() && kind != "dumb";
}

}  // namespace lavavisor::cli
