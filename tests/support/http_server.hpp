// A tiny real HTTP/1.1 server on loopback for tests: it sends exactly the bytes that it is given,
// and misbehaves on request.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace lavavisor::support {

struct ServedRequest {
  std::string method;  ///< "TLS": no request but a TLS handshake, whose bytes are `body`
  std::string target;
  std::string head;               ///< request line and headers as received
  std::string body;               ///< as long as Content-Length says
  std::size_t on_connection = 1;  ///< the how-manieth request on its connection
};

enum class Then { keep_open, close, reset };

/// What is sent, byte for byte, and what becomes of the connection. No bytes and keep_open: the
/// client waits for ever.
struct ServedReply {
  std::string bytes;
  Then then = Then::keep_open;
};

/// A whole answer with a Content-Length; `headers` are lines that each end in CRLF.
std::string http_answer(std::string_view status_line_rest,
                        std::string_view body,
                        std::string_view headers = "Content-Type: application/json\r\n");

class HttpServer {
 public:
  /// Called in the server's own thread, for one request at a time.
  using Handler = std::function<ServedReply(const ServedRequest&)>;

  /// Listen on a free port of 127.0.0.1. Throws std::system_error when that can't be had.
  explicit HttpServer(Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  std::string url() const;          ///< "http://127.0.0.1:PORT"
  std::size_t connections() const;  ///< accepted so far
  std::size_t requests() const;     ///< received so far
  std::size_t open() const;         ///< connections open now

  /// Close every open connection from this side; returns once that is done.
  void close_connections();

 private:
  class Loop;
  std::unique_ptr<Loop> m_loop;
};

/// A port of 127.0.0.1 that refuses every connection, and that no one else gets meanwhile.
class RefusingPort {
 public:
  RefusingPort();
  ~RefusingPort();
  RefusingPort(const RefusingPort&) = delete;
  RefusingPort& operator=(const RefusingPort&) = delete;

  std::string url() const;

 private:
  int m_socket;
};

}  // namespace lavavisor::support
