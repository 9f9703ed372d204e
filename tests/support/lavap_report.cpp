// What a process learns of itself from /proc and the kernel, and the file that it tells it to.
// SPDX-License-Identifier: Apache-2.0
#include "lavap_report.hpp"

#include "lavap_trailer.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <ctime>

namespace lavap {
namespace {

std::string link_text(const std::string& path) {
  char text[4096];
  const ssize_t length = readlink(path.c_str(), text, sizeof text);
  return {text, length > 0 ? static_cast<std::size_t>(length) : 0};
}

Words environment_names() {
  Words names;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    names.push_back(text.substr(0, text.find('=')));
  }
  return names;
}

/// The open descriptors, as "number target", but the one that lists them.
Words descriptors() {
  Words found;
  DIR* const folder = opendir("/proc/self/fd");
  if (folder == nullptr) {
    return found;
  }
  while (const dirent* entry = readdir(folder)) {
    const std::string name(entry->d_name);
    if (name[0] != '.' && std::atoi(name.c_str()) != dirfd(folder)) {
      found.push_back(name + " " + link_text("/proc/self/fd/" + name));
    }
  }
  closedir(folder);
  return found;
}

/// The value of a line of /proc/self/status.
std::string status_line(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":\t")) {
      return line.substr(name.size() + 2);
    }
  }
  return "";
}

int death_signal() {
  int number = 0;
  prctl(PR_GET_PDEATHSIG, &number);
  return number;
}

std::string core_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  const auto shown = [](rlim_t value) {
    return value == RLIM_INFINITY ? std::string("-1") : std::to_string(value);
  };
  return "[" + shown(limit.rlim_cur) + ", " + shown(limit.rlim_max) + "]";
}

}  // namespace

std::int64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

void Report::add(const char* event, Fields fields, std::int64_t at_ns) const {
  if (m_path.empty()) {
    return;
  }
  const int file = open(m_path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  std::string line = "{\"event\": " + json_string(event) + ", \"pid\": " + std::to_string(getpid());
  for (const auto& [name, value] : fields) {
    line += name[0] == '\0' ? ", " + value : ", " + json_string(name) + ": " + value;
  }
  line += ", \"at\": " + std::to_string(at_ns != 0 ? at_ns : monotonic_ns()) + "}\n";
  if (file < 0 || write(file, line.data(), line.size()) < 0) {
    _exit(70);
  }
  close(file);
}

std::string facts_of_self(int argc, char** argv) {
  const auto number = [](const char* name, auto value) {
    return std::string("\"") + name + "\": " + std::to_string(value) + ", ";
  };
  const auto text = [](const char* name, const std::string& value) {
    return std::string("\"") + name + "\": " + json_string(value) + ", ";
  };
  char folder[4096] = "";
  return number("ppid", getppid()) + number("pgid", getpgid(0)) + number("sid", getsid(0)) +
         number("uid", getuid()) + number("death_signal", death_signal()) +
         text("exe", link_text("/proc/self/exe")) +
         text("cwd", getcwd(folder, sizeof folder) != nullptr ? folder : "") +
         text("blocked", status_line("SigBlk")) + text("ignored", status_line("SigIgn")) +
         "\"core_limit\": " + core_limit() + ", \"argv\": " + json_array(Words(argv, argv + argc)) +
         ", \"environment\": " + json_array(environment_names()) +
         ", \"descriptors\": " + json_array(descriptors());
}

std::string fingerprint(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char letter : text) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
  }
  char shown[17];
  std::snprintf(shown, sizeof shown, "%016llx", static_cast<unsigned long long>(hash));
  return shown;
}

}  // namespace lavap
