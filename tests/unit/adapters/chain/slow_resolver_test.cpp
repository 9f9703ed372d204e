// A name server that never answers costs the timeout and not what the C library would wait. Needs a
// mount namespace for a resolv.conf of its own: root only.
// SPDX-License-Identifier: Apache-2.0
#include "chain_fixture.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace lavavisor::chain {
namespace {

constexpr const char* k_name_server = "127.53.53.53";
enum Verdict : int { k_good = 0, k_no_namespace = 77, k_wrong_words = 2, k_too_slow = 3 };

/// Let the names of this process be asked of a socket that never answers.
bool silence_name_server(const std::string& resolv_conf) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(53);
  ::inet_pton(AF_INET, k_name_server, &address.sin_addr);
  return ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
         ::unshare(CLONE_NEWNS) == 0 &&
         ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount(resolv_conf.c_str(), "/etc/resolv.conf", nullptr, MS_BIND, nullptr) == 0;
}

Verdict ask_in_silence(const std::string& resolv_conf) {
  if (!silence_name_server(resolv_conf)) {
    return k_no_namespace;
  }
  const auto begin = std::chrono::steady_clock::now();
  std::optional<HttpChainQuery> query{std::in_place, "0.0.0"};
  const auto chain = settings({rpc("http://node.example:26657")}, std::chrono::milliseconds{300});
  for (int i = 0; i < 3; ++i) {
    if (query->ask(chain, {}).at(0).error().message != "no connection within 300ms") {
      return k_wrong_words;
    }
  }
  query.reset();
  return std::chrono::steady_clock::now() - begin < std::chrono::seconds{3} ? k_good : k_too_slow;
}

TEST(SlowResolver, CostsNoMoreThanTheTimeout) {
  std::string folder = ::testing::TempDir() + "lavavisor-resolver-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string resolv_conf = folder + "/resolv.conf";
  std::ofstream{resolv_conf} << "nameserver " << k_name_server << "\n";
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::_exit(ask_in_silence(resolv_conf));
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == k_no_namespace) {
    GTEST_SKIP() << "needs root, a mount namespace and port 53 of " << k_name_server;
  }
  EXPECT_EQ(WEXITSTATUS(status), k_good);
}

}  // namespace
}  // namespace lavavisor::chain
