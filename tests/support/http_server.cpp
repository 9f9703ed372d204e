// One thread around poll(2); connections never wait for one another.
// SPDX-License-Identifier: Apache-2.0
#include "support/http_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace lavavisor::support {
namespace {

class Socket {
 public:
  explicit Socket(int fd) : m_fd(fd) {
    if (fd < 0) {
      throw std::system_error(errno, std::generic_category(), "the test server's socket");
    }
  }
  ~Socket() {
    if (m_fd >= 0) {
      ::close(m_fd);
    }
  }
  Socket(Socket&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(m_fd, other.m_fd);
    return *this;
  }
  int get() const { return m_fd; }
  int release() { return std::exchange(m_fd, -1); }

 private:
  int m_fd;
};

struct Connection {
  Socket socket;
  std::string in;
  std::string out;
  std::size_t requests = 0;
  Then then = Then::keep_open;
  bool gone = false;
};

Socket bind_on_loopback() {
  Socket bound{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(bound.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::system_error(errno, std::generic_category(), "the test server's port");
  }
  return bound;
}

Socket listen_on_loopback() {
  Socket listener = bind_on_loopback();
  if (::listen(listener.get(), 128) != 0) {
    throw std::system_error(errno, std::generic_category(), "the test server's port");
  }
  return listener;
}

std::uint16_t port_of(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

std::string loopback_url(std::uint16_t port) {
  return "http://127.0.0.1:" + std::to_string(port);
}

std::size_t content_length(const std::string& head) {
  constexpr std::string_view k_name = "\r\nContent-Length:";
  for (auto at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at + 1)) {
    if (::strncasecmp(head.c_str() + at, k_name.data(), k_name.size()) == 0) {
      return std::strtoul(head.c_str() + at + k_name.size(), nullptr, 10);
    }
  }
  return 0;
}

/// Cut one whole request off the front of `in`; false while it is not complete.
bool take_request(std::string& in, ServedRequest& request) {
  if (in.starts_with('\x16')) {
    request.method = "TLS";
    request.body = std::exchange(in, {});
    return true;
  }
  const auto end = in.find("\r\n\r\n");
  if (end == std::string::npos) {
    return false;
  }
  request.head = in.substr(0, end + 2);
  const std::size_t body_size = content_length(request.head);
  if (in.size() < end + 4 + body_size) {
    return false;
  }
  request.body = in.substr(end + 4, body_size);
  in.erase(0, end + 4 + body_size);
  const auto first = request.head.find(' ');
  request.method = request.head.substr(0, first);
  request.target = request.head.substr(first + 1, request.head.find(' ', first + 1) - first - 1);
  return true;
}

}  // namespace

class HttpServer::Loop {
 public:
  explicit Loop(Handler handler)
      : m_handler(std::move(handler)),
        m_listener(listen_on_loopback()),
        m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        m_port(port_of(m_listener.get())),
        m_thread([this](const std::stop_token& stop) { run(stop); }) {}

  ~Loop() {
    m_thread.request_stop();
    wake();
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void close_connections() {
    std::unique_lock lock{m_mutex};
    m_close_wanted = true;
    wake();
    m_closed.wait(lock, [this] { return !m_close_wanted; });
  }

  std::uint16_t port() const { return m_port; }

  std::atomic<std::size_t> accepted{0};
  std::atomic<std::size_t> received{0};
  std::atomic<std::size_t> open{0};

 private:
  void wake() {
    const std::uint64_t one = 1;
    static_cast<void>(::write(m_wake.get(), &one, sizeof one) == 0);
  }

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::vector<pollfd> polled{{m_listener.get(), POLLIN, 0}, {m_wake.get(), POLLIN, 0}};
      for (const auto& each : m_connections) {
        const short out = each.out.empty() ? short{0} : short{POLLOUT};
        polled.push_back({each.socket.get(), static_cast<short>(POLLIN | out), 0});
      }
      ::poll(polled.data(), polled.size(), -1);
      for (std::size_t i = 0; i < m_connections.size(); ++i) {
        serve(m_connections[i], polled[i + 2].revents);
      }
      std::erase_if(m_connections, [](const Connection& each) { return each.gone; });
      obey_wishes();
      accept_all();
      open = m_connections.size();
    }
  }

  void obey_wishes() {
    std::uint64_t count = 0;
    static_cast<void>(::read(m_wake.get(), &count, sizeof count));
    const std::lock_guard lock{m_mutex};
    if (std::exchange(m_close_wanted, false)) {
      m_connections.clear();
      m_closed.notify_all();
    }
  }

  void accept_all() {
    for (;;) {
      const int fd = ::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd < 0) {
        return;
      }
      m_connections.push_back(Connection{.socket = Socket{fd}, .in = {}, .out = {}});
      ++accepted;
    }
  }

  void serve(Connection& connection, short events) {
    if ((events & (POLLIN | POLLHUP | POLLERR)) != 0) {
      receive(connection);
    }
    if (!connection.gone) {
      send(connection);
    }
  }

  void receive(Connection& connection) {
    char bytes[16 * 1024];
    const auto size = ::recv(connection.socket.get(), bytes, sizeof bytes, 0);
    if (size <= 0) {
      connection.gone = size == 0 || (errno != EAGAIN && errno != EINTR);
      return;
    }
    connection.in.append(bytes, static_cast<std::size_t>(size));
    ServedRequest request;
    while (take_request(connection.in, request)) {
      request.on_connection = ++connection.requests;
      ++received;
      const ServedReply reply = m_handler(request);
      connection.out += reply.bytes;
      connection.then = reply.then;
    }
  }

  static void send(Connection& connection) {
    while (!connection.out.empty()) {
      const auto size = ::send(
          connection.socket.get(), connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
      if (size < 0) {
        connection.gone = errno != EAGAIN && errno != EINTR;
        return;
      }
      connection.out.erase(0, static_cast<std::size_t>(size));
    }
    if (connection.then == Then::reset) {
      const linger now{.l_onoff = 1, .l_linger = 0};
      ::setsockopt(connection.socket.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    connection.gone = connection.then != Then::keep_open;
  }

  Handler m_handler;
  Socket m_listener;
  Socket m_wake;
  std::uint16_t m_port;
  std::vector<Connection> m_connections;
  std::mutex m_mutex;
  std::condition_variable m_closed;
  bool m_close_wanted = false;
  std::jthread m_thread;  ///< joined before all that it uses goes
};

HttpServer::HttpServer(Handler handler) : m_loop(std::make_unique<Loop>(std::move(handler))) {}
HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const {
  return m_loop->port();
}
std::string HttpServer::url() const {
  return loopback_url(port());
}
std::size_t HttpServer::connections() const {
  return m_loop->accepted;
}
std::size_t HttpServer::requests() const {
  return m_loop->received;
}
std::size_t HttpServer::open() const {
  return m_loop->open;
}
void HttpServer::close_connections() {
  m_loop->close_connections();
}

std::string http_answer(std::string_view status_line_rest,
                        std::string_view body,
                        std::string_view headers) {
  std::string answer = "HTTP/1.1 ";
  answer += status_line_rest;
  answer += "\r\n";
  answer += headers;
  answer += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  answer += body;
  return answer;
}

RefusingPort::RefusingPort() : m_socket(bind_on_loopback().release()) {}
RefusingPort::~RefusingPort() {
  ::close(m_socket);
}
std::string RefusingPort::url() const {
  return loopback_url(port_of(m_socket));
}

}  // namespace lavavisor::support
