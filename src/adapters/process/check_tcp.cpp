// The TCP check: a connection that is made and closed.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/health_checks.hpp"
#include "adapters/process/wake.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>

namespace lavavisor::process {
namespace {

using base::fail;
using base::Result;
using Clock = std::chrono::steady_clock;

struct HostPort {
  std::string host;
  std::string port;
};

/// "" as the port = the address has none.
HostPort taken_apart(std::string_view address) {
  const auto colon = address.rfind(':');
  if (colon == std::string_view::npos) {
    return {};
  }
  auto host = address.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  return {std::string{host.empty() ? "localhost" : host}, std::string{address.substr(colon + 1)}};
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

/// Await the end of a connect(2) under way; an errno, 0 = connected.
int await_connection(int socket, int wake, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) {
      return ETIMEDOUT;
    }
    std::array<pollfd, 2> fds{{{socket, POLLOUT, 0}, {wake, POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), static_cast<int>(left.count())) < 0 && errno != EINTR) {
      return errno;
    }
    if (fds[1].revents != 0) {
      return ECANCELED;
    }
    if (fds[0].revents != 0) {
      int code = 0;
      socklen_t size = sizeof code;
      return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno;
    }
  }
}

int try_to_connect(const addrinfo& address, int wake, Clock::time_point deadline) {
  const base::Fd socket{::socket(
      address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol)};
  if (!socket) {
    return errno;
  }
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) {
    return 0;
  }
  return errno == EINPROGRESS ? await_connection(socket.get(), wake, deadline) : errno;
}

}  // namespace

Result<void> check_tcp(const std::string& address,
                       std::chrono::milliseconds limit,
                       std::stop_token stop) {
  const auto deadline = Clock::now() + limit;
  const auto unhealthy = [&](const std::string& why) {
    return fail("health check of " + base::printable(address) + " failed: " + why);
  };
  const auto [host, port] = taken_apart(address);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  if (port.empty()) {
    return unhealthy("it has no port");
  }
  if (const int code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &list); code != 0) {
    return unhealthy(base::printable(::gai_strerror(code)));
  }
  const Addresses addresses{list};
  const Wake wake{stop};
  int code = ETIMEDOUT;
  for (const auto* next = addresses.get(); next != nullptr; next = next->ai_next) {
    code = try_to_connect(*next, wake.fd(), deadline);
    if (code == 0) {
      return {};
    }
    if (code == ECANCELED) {
      return unhealthy("stopped");
    }
  }
  return unhealthy(code == ETIMEDOUT ? "no connection within " + base::format_duration(limit)
                                     : base::errno_text(code));
}

}  // namespace lavavisor::process
