// The main process of a service, read from /proc.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/process.hpp"

#include "base/text.hpp"

#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>

namespace lavavisor::systemd {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view k_deleted = " (deleted)";
constexpr std::string_view k_variable = "LAVAVISOR_UNIT=";

std::string unit_digest(const fs::path& environ) {
  std::ifstream stream{environ, std::ios::binary};
  const std::string all{std::istreambuf_iterator<char>{stream}, {}};
  for (const std::string_view variable : base::split(all, '\0')) {
    if (variable.substr(0, k_variable.size()) == k_variable) {
      return std::string{variable.substr(k_variable.size())};
    }
  }
  return "";
}

/// True when the file at `path` is not the one that `running` (a /proc/PID/exe) leads to.
bool is_another_file(const fs::path& path, const fs::path& running) {
  struct stat at_path {};
  struct stat executed {};
  if (stat(running.c_str(), &executed) != 0) {
    return false;
  }
  return stat(path.c_str(), &at_path) != 0 || at_path.st_dev != executed.st_dev ||
         at_path.st_ino != executed.st_ino;
}

}  // namespace

std::optional<model::Process> read_process(pid_t pid,
                                           base::TimePoint started_at,
                                           const fs::path& proc) {
  const fs::path folder = proc / std::to_string(pid);
  std::error_code error;
  if (pid <= 0 || !fs::is_directory(folder, error)) {
    return std::nullopt;
  }
  model::Process process;
  process.pid = pid;
  process.started_at = started_at;
  std::string exe = fs::read_symlink(folder / "exe", error).string();
  if (error == std::errc::no_such_file_or_directory) {
    return std::nullopt;
  }
  if (!error) {
    const bool deleted =
        exe.size() > k_deleted.size() &&
        exe.compare(exe.size() - k_deleted.size(), k_deleted.size(), k_deleted) == 0;
    exe.resize(deleted ? exe.size() - k_deleted.size() : exe.size());
    process.exe = exe;
    process.exe_replaced = deleted || is_another_file(process.exe, folder / "exe");
  }
  process.unit_digest = unit_digest(folder / "environ");
  return process;
}

}  // namespace lavavisor::systemd
