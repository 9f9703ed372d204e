// Which addresses are this machine itself, and how a transfer ends when it is told to stop.
// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lavavisor::transfer {
namespace {

TEST(Loopback, IsToldByTheHostOfAnUrl) {
  struct Row {
    const char* url;
    bool loopback;
  };
  const Row rows[] = {
      {"http://localhost/", true},
      {"http://LOCALHOST:26657/status", true},
      {"https://127.0.0.1", true},
      {"http://127.255.255.254:1/", true},
      {"http://[::1]:8080/x", true},
      {"http://user:word@127.0.0.1/", true},
      {"http://localhost.example.org/", false},
      {"http://127.0.0.1.example.org/", false},
      {"http://127.example.org/", false},
      {"http://127.0.0.1@example.org/", false},
      {"http://example.org/127.0.0.1", false},
      {"http://example.org/?host=localhost", false},
      {"http://128.0.0.1/", false},
      {"http://[::2]/", false},
      {"http://[::ffff:10.0.0.1]/", false},
      {"", false},
      {"not an url", false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(is_loopback(row.url), row.loopback) << row.url;
  }
}

/// A socket of this machine that takes connections in its backlog and never answers.
class SilentServer {
 public:
  SilentServer() : m_socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    m_at.sin_family = AF_INET;
    m_at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof m_at;
    auto* at = reinterpret_cast<sockaddr*>(&m_at);
    const bool listens = ::bind(m_socket, at, size) == 0 && ::listen(m_socket, 1) == 0 &&
                         ::getsockname(m_socket, at, &size) == 0;
    EXPECT_TRUE(listens);
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  ~SilentServer() { ::close(m_socket); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(ntohs(m_at.sin_port)); }

 private:
  sockaddr_in m_at{};
  int m_socket;
};

TEST(Drive, EndsAtOnceWhenItIsToldToStopWhileItWaits) {
  const SilentServer server;
  const auto multi = new_multi();
  const auto easy = new_easy();
  aim(easy.get(), server.url());
  curl_multi_add_handle(multi.get(), easy.get());
  std::stop_source source;
  int rounds = 0;
  const auto driven = drive(multi.get(), source.get_token(), [&] {
    if (++rounds == 2) {
      source.request_stop();
    }
  });
  curl_multi_remove_handle(multi.get(), easy.get());
  EXPECT_EQ(driven, Driven::stopped);
}

TEST(Drive, WithoutAnyTransferHasEnded) {
  const auto multi = new_multi();
  EXPECT_EQ(drive(multi.get(), {}), Driven::ended);
}

}  // namespace
}  // namespace lavavisor::transfer
