// libmicrohttpd, held to few connections, small requests and two methods.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/server.hpp"

#include "adapters/http/host_header.hpp"
#include "adapters/http/listener.hpp"
#include "base/blocked_signals.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <microhttpd.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <string_view>
#include <vector>

namespace lavavisor::http {
namespace {

constexpr std::size_t k_request_bytes = 8192;
constexpr const char* k_methods = "GET, HEAD";

struct Header {
  const char* name;
  const char* value;
};
/// What every answer says to browsers and caches, unless it says otherwise itself.
constexpr std::array k_headers{
    Header{"Content-Security-Policy",
           "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    Header{"X-Content-Type-Options", "nosniff"},
    Header{"X-Frame-Options", "DENY"},
    Header{"Referrer-Policy", "no-referrer"},
    Header{"Cross-Origin-Resource-Policy", "same-origin"},
    Header{"Cache-Control", "no-store"}};

bool has_header(const Answer& answer, std::string_view name) {
  return std::any_of(answer.headers.begin(), answer.headers.end(), [name](const auto& header) {
    return header.first == name;
  });
}

/// The open connections, oldest first. Past the limit the oldest is shut down, so that idle and
/// slow clients never keep a new one out.
class OpenConnections {
 public:
  explicit OpenConnections(std::size_t limit) : m_limit{limit} {}

  void opened(int socket) {
    if (m_sockets.size() >= m_limit) {
      ::shutdown(m_sockets.front(), SHUT_RDWR);  // libmicrohttpd sees its end and closes it
      m_sockets.erase(m_sockets.begin());
    }
    m_sockets.push_back(socket);
  }

  void closed(int socket) {
    const auto found = std::find(m_sockets.begin(), m_sockets.end(), socket);
    if (found != m_sockets.end()) {
      m_sockets.erase(found);
    }
  }

 private:
  std::size_t m_limit;
  std::vector<int> m_sockets;
};

MHD_Result send(MHD_Connection* connection, const Answer& answer) {
  MHD_Response* response =
      MHD_create_response_from_buffer(answer.body.size(),
                                      const_cast<char*>(answer.body.data()),  // it is copied
                                      MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) {
    return MHD_NO;
  }
  MHD_add_response_header(response, "Content-Type", answer.content_type.c_str());
  MHD_add_response_header(response, "Connection", "close");
  for (const auto& [name, value] : k_headers) {
    if (!has_header(answer, name)) {
      MHD_add_response_header(response, name, value);
    }
  }
  for (const auto& [name, value] : answer.headers) {
    MHD_add_response_header(response, name.c_str(), value.c_str());
  }
  if (answer.status == MHD_HTTP_METHOD_NOT_ALLOWED) {
    MHD_add_response_header(response, "Allow", k_methods);
  }
  const auto result =
      MHD_queue_response(connection, static_cast<unsigned>(answer.status), response);
  MHD_destroy_response(response);
  return result;
}

/// What handles a request never fails by contract; should it throw all the same, that ends here
/// and not in a C library.
Answer asked(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& bug) {
    base::log_error("no answer to " + base::printable(request.path) + ": " + bug.what());
    return {.status = MHD_HTTP_INTERNAL_SERVER_ERROR, .body = "this failed; see the log\n"};
  }
}

}  // namespace

Answer not_found() {
  return {.status = MHD_HTTP_NOT_FOUND, .body = "nothing is served here\n"};
}

class Server::Daemon {
 public:
  Daemon(Listener listener, Handler handler, Limits limits)
      : m_address{std::move(listener.address)},
        m_loopback{listener.loopback},
        m_handler{std::move(handler)},
        m_open{limits.connections} {
    const base::BlockedSignals blocked;  // they belong to the program's own threads
    // Its own descriptor, which MHD_stop_daemon closes.
    const int socket = ::fcntl(listener.socket.get(), F_DUPFD_CLOEXEC, 3);
    m_daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC,
                                0,
                                nullptr,
                                nullptr,
                                &Daemon::on_request,
                                this,
                                MHD_OPTION_LISTEN_SOCKET,
                                socket,
                                MHD_OPTION_CONNECTION_LIMIT,
                                2 * limits.connections,  // those shut down but not yet closed count
                                MHD_OPTION_CONNECTION_TIMEOUT,
                                static_cast<unsigned>(limits.timeout.count()),
                                MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                k_request_bytes,
                                MHD_OPTION_STRICT_FOR_CLIENT,
                                1,
                                MHD_OPTION_NOTIFY_CONNECTION,
                                &Daemon::on_connection,
                                this,
                                MHD_OPTION_END);
  }

  ~Daemon() {
    if (m_daemon != nullptr) {
      MHD_stop_daemon(m_daemon);
    }
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  bool runs() const { return m_daemon != nullptr; }
  const std::string& address() const { return m_address; }

 private:
  static MHD_Result on_request(void* self,
                               MHD_Connection* connection,
                               const char* url,
                               const char* method,
                               const char* /*version*/,
                               const char* /*upload*/,
                               std::size_t* /*upload_size*/,
                               void** /*context*/) {
    const char* host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");
    const Request request{method, url, host == nullptr ? "" : host};
    return send(connection, static_cast<Daemon*>(self)->answer(request));
  }

  static void on_connection(void* self,
                            MHD_Connection* connection,
                            void** /*context*/,
                            MHD_ConnectionNotificationCode what) {
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    auto& open = static_cast<Daemon*>(self)->m_open;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
      open.opened(info->connect_fd);
    } else {
      open.closed(info->connect_fd);
    }
  }

  Answer answer(const Request& request) const {
    if (m_loopback && !names_this_machine(request.host)) {
      return {.status = MHD_HTTP_MISDIRECTED_REQUEST,
              .body = "this address answers to localhost, 127.0.0.1 and [::1] only\n"};
    }
    if (request.method != "GET" && request.method != "HEAD") {
      return {.status = MHD_HTTP_METHOD_NOT_ALLOWED, .body = "only GET and HEAD\n"};
    }
    return asked(m_handler, request);
  }

  std::string m_address;
  bool m_loopback;
  Handler m_handler;
  OpenConnections m_open;  ///< touched by the daemon's thread only
  MHD_Daemon* m_daemon = nullptr;
};

Server::Server(std::unique_ptr<Daemon> daemon) : m_daemon{std::move(daemon)} {}
Server::~Server() = default;
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;

base::Result<Server> Server::start(const std::string& address, Handler handler, Limits limits) {
  auto listener = listen_on(address);
  if (!listener) {
    return tl::make_unexpected(listener.error());
  }
  auto daemon = std::make_unique<Daemon>(std::move(*listener), std::move(handler), limits);
  if (!daemon->runs()) {
    return base::fail("cannot listen on " + base::printable(address) +
                      ": the server's thread did not start");
  }
  return Server{std::move(daemon)};
}

const std::string& Server::address() const {
  return m_daemon->address();
}

}  // namespace lavavisor::http
