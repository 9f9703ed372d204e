// A log that can't be written any more stops no build.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/build_log.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

namespace lavavisor::process {
namespace {

constexpr std::size_t k_last_lines = 4;
constexpr std::size_t k_shown = 300;  // bytes of each

}  // namespace

base::Result<std::unique_ptr<BuildLog>> BuildLog::make(const std::filesystem::path& file) {
  if (auto removed = base::remove_file(file); !removed) {
    return tl::make_unexpected(removed.error());
  }
  base::Fd fd{::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644)};
  if (!fd) {
    return base::fail("cannot write " + file.string() + ": " + base::errno_text(errno));
  }
  return std::unique_ptr<BuildLog>{new BuildLog{file, std::move(fd)}};
}

BuildLog::BuildLog(std::filesystem::path file, base::Fd fd)
    : m_file(std::move(file)),
      m_fd(std::move(fd)),
      m_out([this](const std::string& line) { keep(line); }),
      m_err([this](const std::string& line) { keep(line); }) {}

void BuildLog::add(Stream stream, std::string_view bytes) {
  (stream == Stream::out ? m_out : m_err).add(bytes);
  auto rest = bytes.substr(0, std::min<std::uint64_t>(m_left, bytes.size()));
  m_left -= rest.size();
  while (!rest.empty()) {
    const ssize_t wrote = ::write(m_fd.get(), rest.data(), rest.size());
    if (wrote < 0 && errno != EINTR) {
      base::log_warn("cannot write " + m_file.string() + ": " + base::errno_text(errno));
      m_left = 0;
      return;
    }
    rest.remove_prefix(wrote > 0 ? static_cast<std::size_t>(wrote) : 0);
  }
}

void BuildLog::flush() {
  m_out.flush();
  m_err.flush();
}

void BuildLog::keep(const std::string& line) {
  base::log_debug("go: " + line);
  m_last.push_back(base::printable(line, k_shown));
  if (m_last.size() > k_last_lines) {
    m_last.pop_front();
  }
}

std::string BuildLog::summary() const {
  if (m_last.empty()) {
    return "";
  }
  return ": " + base::join({m_last.begin(), m_last.end()}, "; ") +
         " (all of its output: " + m_file.string() + ")";
}

}  // namespace lavavisor::process
