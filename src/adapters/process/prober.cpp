// `lavap version` in a scratch HOME as an unprivileged user.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/prober.hpp"

#include "adapters/process/spawn.hpp"
#include "base/file.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>

namespace lavavisor::process {
namespace {

using base::fail;
using base::Result;

/// A fresh folder of the probing user's own, removed with all that the binary put into it.
class ScratchHome {
 public:
  static Result<ScratchHome> make(const std::optional<Identity>& owner) {
    const char* folder = ::getenv("TMPDIR");
    std::string name = folder != nullptr && folder[0] == '/' ? folder : "/tmp";
    name += "/lavavisor-probe-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) {
      return fail("cannot create folder " + name + ": " + base::errno_text(errno));
    }
    ScratchHome home{name};
    if (owner && ::chown(name.c_str(), owner->uid, owner->gid) != 0) {
      return fail("cannot give folder " + name + " to " + owner->name + ": " +
                  base::errno_text(errno));
    }
    return home;
  }

  ~ScratchHome() {
    if (!m_path.empty()) {
      std::error_code ignored;
      std::filesystem::remove_all(m_path, ignored);
    }
  }
  ScratchHome(ScratchHome&& other) noexcept : m_path(std::move(other.m_path)) {
    other.m_path.clear();
  }
  ScratchHome& operator=(ScratchHome&&) = delete;

  const std::string& path() const { return m_path; }

 private:
  explicit ScratchHome(std::string path) : m_path(std::move(path)) {}

  std::string m_path;
};

/// Why the binary never ran, by the errno of execve(2).
std::string not_started(const NotStarted& failure, const model::Path& binary) {
  if (failure.what != "exec") {
    return failure.what + " failed: " + base::errno_text(failure.code);
  }
  switch (failure.code) {
    case ENOEXEC:
    case ELIBBAD:
      return "it is not a program for this machine";
    case EACCES:
      return "permission denied (it is not executable, or a folder above it is closed)";
    case ENOENT:
      return std::filesystem::exists(binary) ? "the interpreter or loader that it names is missing"
                                             : "there is no such file";
    default:
      return base::errno_text(failure.code);
  }
}

Result<model::Version> version_in(const std::string& output) {
  const auto line = base::trim(output);
  if (line.empty()) {
    return fail("it printed nothing");
  }
  if (auto version = model::parse_version(line)) {
    return version;
  }
  return fail("it printed \"" + base::printable(line, 80) + "\", which is no version");
}

}  // namespace

Prober::Prober(std::stop_token stop, std::chrono::milliseconds limit)
    : m_stop(std::move(stop)), m_limit(limit) {}

Result<model::Version> Prober::probe(const model::Path& binary, const std::string& user) {
  const auto who = find_unprivileged(user);
  const auto cannot = [&](const std::string& why) {
    const auto as = who && *who ? " as " + (*who)->name : std::string{};
    return fail("cannot ask " + binary.string() + " for its version" + as + ": " + why);
  };
  if (!who) {
    return cannot(who.error().message);
  }
  const auto home = ScratchHome::make(*who);
  if (!home) {
    return cannot(home.error().message);
  }
  const auto path = std::filesystem::absolute(binary).string();
  const auto finished = run(
      {.argv = {path, "version", "--home", home->path()},
       .environment = {"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + home->path(), "LANG=C.UTF-8"},
       .directory = home->path(),
       .identity = *who,
       .confined = true,
       .limit = m_limit,
       .grace = {},
       .on_output = {}},
      m_stop);
  if (const auto* failure = std::get_if<NotStarted>(&finished.end)) {
    return cannot(not_started(*failure, binary));
  }
  if (std::holds_alternative<TimedOut>(finished.end)) {
    return cannot("it did not answer within " + base::format_duration(m_limit));
  }
  const auto* exited = std::get_if<Exited>(&finished.end);
  if (exited == nullptr || exited->status != 0) {
    return cannot("it " + ending(finished, m_limit));
  }
  auto version = version_in(finished.out);
  if (!version) {
    return cannot(version.error().message);
  }
  return version;
}

}  // namespace lavavisor::process
