// A client that sends exactly the bytes that it is given.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <string>

namespace lavavisor::http {

class Client {
 public:
  /// Connect to "host:port"; a failure is a client without a socket.
  explicit Client(const std::string& address) {
    const auto colon = address.rfind(':');
    auto host = address.substr(0, colon);
    if (host.front() == '[') {
      host = host.substr(1, host.size() - 2);
    }
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), address.substr(colon + 1).c_str(), &hints, &found) != 0) {
      return;
    }
    base::Fd socket{::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (::connect(socket.get(), found->ai_addr, found->ai_addrlen) == 0) {
      m_socket = std::move(socket);
    }
    ::freeaddrinfo(found);
    const timeval patience{20, 0};
    ::setsockopt(m_socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }

  bool connected() const { return static_cast<bool>(m_socket); }

  bool send(const std::string& bytes) const {
    return ::send(m_socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }

  /// All that comes until the other side closes; "(no end)" behind it when that takes 20 s.
  std::string receive() const {
    std::string all;
    std::array<char, 4096> buffer{};
    for (;;) {
      const auto size = ::recv(m_socket.get(), buffer.data(), buffer.size(), 0);
      if (size < 0 && errno == EAGAIN) {
        return all + "(no end)";
      }
      if (size <= 0) {
        return all;
      }
      all.append(buffer.data(), static_cast<std::size_t>(size));
    }
  }

 private:
  base::Fd m_socket;
};

/// The whole answer to a request that is sent as it is.
inline std::string reply_to(const std::string& address, const std::string& request) {
  const Client client{address};
  client.send(request);
  return client.receive();
}

inline std::string get(const std::string& path, const std::string& host = "localhost") {
  return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

/// The status of an answer; 0 = there is none.
inline int status_of(const std::string& answer) {
  return answer.rfind("HTTP/1.1 ", 0) == 0 ? std::stoi(answer.substr(9, 3)) : 0;
}

inline std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

}  // namespace lavavisor::http
