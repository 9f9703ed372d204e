// It is spawned once, and ends with its standard input, which ends with us.
// SPDX-License-Identifier: Apache-2.0
#include "receiving_server.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <vector>

namespace lavavisor::notify {
namespace {

std::string read_line(int fd) {
  std::string line;
  for (char c = 0; ::read(fd, &c, 1) == 1 && c != '\n';) {
    line += c;
  }
  return line;
}

/// What stands between `before` and the next `after`.
std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const auto begin = text.find(before);
  if (begin == text.npos) {
    throw std::runtime_error("webhook_receiver.py said: " + text);
  }
  const auto from = begin + before.size();
  return text.substr(from, text.find(after, from) - from);
}

}  // namespace

ReceivingServer& ReceivingServer::instance() {
  static ReceivingServer server;
  return server;
}

ReceivingServer::ReceivingServer() {
  std::string name = (std::filesystem::temp_directory_path() / "lavavisor-hook-XXXXXX").string();
  m_folder = ::mkdtemp(name.data());
  std::array<int, 2> out{};
  std::array<int, 2> in{};
  if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(in.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  std::vector<std::string> words = {
      "/usr/bin/python3",
      "-B",
      std::string{LAVAVISOR_TESTS_DIR} + "/support/webhook_receiver.py",
      "--certificates",
      m_folder + "/tls",
      "--log",
      m_folder + "/log"};
  std::vector<char*> argv;
  for (auto& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  ::posix_spawn(&m_pid, argv[0], &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  m_input = in[1];
  const std::string ready = read_line(out[0]);
  ::close(out[0]);
  m_port = std::stoi(between(ready, "\"port\": ", ","));
  m_authority = between(ready, "\"ca\": \"", "\"");
  ::setenv("SSL_CERT_FILE", m_authority.c_str(), 1);
}

ReceivingServer::~ReceivingServer() {
  ::close(m_input);
  ::waitpid(m_pid, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove_all(m_folder, ignored);
}

std::string ReceivingServer::url(const std::string& path) const {
  return "https://localhost:" + std::to_string(m_port) + path;
}

std::string ReceivingServer::last_request() const {
  const std::string log = base::read_file(m_folder + "/log").value();
  return std::string{base::split(base::trim(log), '\n').back()};
}

}  // namespace lavavisor::notify
