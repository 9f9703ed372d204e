// Hooks inherit our environment and run as we do.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/hooks.hpp"

#include "adapters/process/spawn.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <unistd.h>

namespace lavavisor::process {
namespace {

using base::fail;
using base::Result;

/// Puts an output together into lines and hands each on; lines over 4 KiB are cut into several.
class Lines {
 public:
  explicit Lines(std::string prefix) : m_prefix(std::move(prefix)) {}

  void add(std::string_view bytes) {
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

  void flush() {
    const auto line = base::trim(m_line);
    if (!line.empty()) {
      m_last = base::printable(line, 2 * line.size() + 1'000);
      base::log_info(m_prefix + m_last);
    }
    m_line.clear();
  }

  const std::string& last() const { return m_last; }

 private:
  std::string m_prefix;
  std::string m_line;
  std::string m_last;
};

std::vector<std::string> merged(const std::map<std::string, std::string>& added) {
  std::vector<std::string> all;
  for (char** variable = ::environ; *variable != nullptr; ++variable) {
    const std::string_view text{*variable};
    if (added.count(std::string{text.substr(0, text.find('='))}) == 0) {
      all.emplace_back(text);
    }
  }
  for (const auto& [name, value] : added) {
    all.push_back(name + "=" + value);
  }
  return all;
}

}  // namespace

Result<void> Hooks::run(const std::vector<std::string>& argv,
                        const std::map<std::string, std::string>& environment,
                        std::chrono::milliseconds timeout,
                        std::stop_token stop) {
  if (argv.empty()) {
    return {};
  }
  const auto name = base::printable(argv.front());
  Lines out{name + ": "};
  Lines err{name + ": "};
  auto finished = process::run({.argv = argv,
                                .environment = merged(environment),
                                .directory = "",
                                .identity = {},
                                .confined = false,
                                .limit = timeout,
                                .grace = std::chrono::seconds{5},
                                .on_output =
                                    [&](Stream stream, std::string_view bytes) {
                                      (stream == Stream::out ? out : err).add(bytes);
                                    }},
                               std::move(stop));
  out.flush();
  err.flush();
  const auto* exited = std::get_if<Exited>(&finished.end);
  if (exited != nullptr && exited->status == 0) {
    return {};
  }
  finished.err = err.last();  // of all that it wrote, not only of what is kept
  return fail("hook " + name + " " + ending(finished, timeout));
}

}  // namespace lavavisor::process
