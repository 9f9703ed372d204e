// socket(2), bind(2), listen(2), and the words for what goes wrong.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/listener.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <string_view>

namespace lavavisor::http {
namespace {

using base::Fd;
using base::Result;

constexpr int k_backlog = SOMAXCONN;  // a full one would cost a client a second

struct HostPort {
  std::string host;  ///< "" = all addresses
  std::string port;
};

bool is_port(std::string_view text) {
  const auto digit = [](char letter) {
    return letter >= '0' && letter <= '9';
  };
  return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), digit) &&
         std::stoi(std::string{text}) <= 65535;
}

std::optional<HostPort> taken_apart(std::string_view address) {
  const auto colon = address.rfind(':');
  if (colon == std::string_view::npos || !is_port(address.substr(colon + 1))) {
    return std::nullopt;
  }
  auto host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of("[]:") != std::string_view::npos) {
    return std::nullopt;
  }
  return HostPort{std::string{host}, std::string{address.substr(colon + 1)}};
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Result<Addresses> look_up(const HostPort& where) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | AI_PASSIVE;
  addrinfo* list = nullptr;
  const char* host = where.host.empty() ? nullptr : where.host.c_str();
  if (const int code = ::getaddrinfo(host, where.port.c_str(), &hints, &list); code != 0) {
    return base::fail(code == EAI_SYSTEM ? base::errno_text(errno)
                                         : base::printable(::gai_strerror(code)));
  }
  return Addresses{list};
}

std::string why(int code) {
  switch (code) {
    case EADDRINUSE:
      return "another process has this port (ss -ltnp names it); give another one";
    case EADDRNOTAVAIL:
      return "this machine has no such address";
    case EACCES:
      return "ports below 1024 are for root; give a higher one";
    default:
      return base::errno_text(code);
  }
}

/// A listening socket, or an errno.
tl::expected<Fd, int> try_to_listen(const addrinfo& address) {
  Fd socket{::socket(
      address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol)};
  if (!socket) {
    return tl::make_unexpected(errno);
  }
  const int on = 1;
  const int off = 0;
  (void)::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.ai_family == AF_INET6) {
    (void)::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  }
  if (::bind(socket.get(), address.ai_addr, address.ai_addrlen) != 0 ||
      ::listen(socket.get(), k_backlog) != 0) {
    return tl::make_unexpected(errno);
  }
  return socket;
}

bool is_loopback(const sockaddr_storage& bound) {
  if (bound.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(bound);
    return (ntohl(v4.sin_addr.s_addr) >> 24U) == 127;
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(bound).sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

std::string words_of(const sockaddr_storage& bound, socklen_t size) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  (void)::getnameinfo(reinterpret_cast<const sockaddr*>(&bound),
                      size,
                      host.data(),
                      host.size(),
                      port.data(),
                      port.size(),
                      NI_NUMERICHOST | NI_NUMERICSERV);
  const std::string name = host.data();
  return (bound.ss_family == AF_INET6 ? "[" + name + "]" : name) + ":" + port.data();
}

Listener described(Fd socket) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  (void)::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound), &size);
  return {std::move(socket), words_of(bound, size), is_loopback(bound)};
}

}  // namespace

Result<Listener> listen_on(const std::string& address) {
  const auto cannot = [&](const std::string& cause) {
    return base::fail("cannot listen on " + base::printable(address) + ": " + cause);
  };
  const auto where = taken_apart(address);
  if (!where) {
    return cannot("it is not HOST:PORT, such as 127.0.0.1:9642, [::1]:9642 or :9642");
  }
  const auto addresses = look_up(*where);
  if (!addresses) {
    return cannot(addresses.error().message);
  }
  // Without a host, IPv6 first: its socket takes IPv4 too.
  int code = EADDRNOTAVAIL;
  for (const int family : {where->host.empty() ? AF_INET6 : AF_UNSPEC, AF_UNSPEC}) {
    for (const auto* next = addresses->get(); next != nullptr; next = next->ai_next) {
      if (family != AF_UNSPEC && next->ai_family != family) {
        continue;
      }
      auto socket = try_to_listen(*next);
      if (socket) {
        return described(std::move(*socket));
      }
      code = socket.error();
      if (code == EADDRINUSE || code == EACCES) {
        return cannot(why(code));
      }
    }
  }
  return cannot(why(code));
}

}  // namespace lavavisor::http
