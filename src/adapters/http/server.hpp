// A small HTTP/1.1 server for what an operator's tools ask: health, metrics, a page.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lavavisor::http {

struct Request {
  std::string method;  ///< GET or HEAD; others are refused before anyone is asked
  std::string path;    ///< percent-decoded, without the query; untrusted text
  std::string host;    ///< the Host header, "" = none; untrusted text
};

struct Answer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};  ///< left out of the answer to HEAD
  /// More headers, or others in place of those that every answer has: they let a browser run, load
  /// and embed nothing, and keep nothing.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// The answer for a path that nobody serves: 404.
Answer not_found();

/// Called in the server's thread, for one request at a time; it should answer out of memory.
using Handler = std::function<Answer(const Request&)>;

struct Limits {
  std::chrono::seconds timeout{10};  ///< a connection without a byte for so long is closed
  unsigned connections = 64;         ///< open at once; for one more, the oldest is closed
};

/// Serves until it is destroyed, in one thread that takes no signals; destroying it waits for a
/// handler that is under way, and for nothing else. One request per connection; its head has to fit
/// into 8 KiB, and a body is not read. On a loopback address it answers only to the names
/// localhost, 127.0.0.1 and [::1], so that no web page can read it by a name that it lets point
/// here.
class Server {
 public:
  /// Listen on `address` (see listen_on) and answer by `handler`.
  static base::Result<Server> start(const std::string& address,
                                    Handler handler,
                                    Limits limits = {});
  ~Server();
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;

  /// What it listens on, with the port that was taken for 0: "127.0.0.1:43127", "[::]:8080".
  const std::string& address() const;

 private:
  class Daemon;
  explicit Server(std::unique_ptr<Daemon> daemon);
  std::unique_ptr<Daemon> m_daemon;
};

}  // namespace lavavisor::http
