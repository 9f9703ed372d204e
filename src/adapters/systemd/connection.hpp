// One private connection to the bus that systemd is on: calls sent together, signals awaited.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace sdbus {
class Error;
class IConnection;
class IProxy;
class Message;
class MethodCall;
class MethodReply;
}  // namespace sdbus

namespace lavavisor::systemd {

/// The bus address in use for `scope`, for messages.
std::string bus_address(model::Scope scope);

/// Every method may throw sdbus::Error; who owns a Connection catches it.
class Connection {
 public:
  using Clock = std::chrono::steady_clock;
  using Fill = std::function<void(sdbus::MethodCall&)>;
  /// Exactly one of the two is not null.
  using Take = std::function<void(sdbus::MethodReply*, const sdbus::Error*)>;

  /// Which object is called, by which method.
  struct Target {
    std::string path;
    const char* interface;
    const char* method;
  };

  explicit Connection(model::Scope scope);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The path of systemd's manager object, and the interface that it is called by.
  static const char* const k_manager_path;
  static const char* const k_manager;

  /// Call and wait for the reply, 25 s at most unless `timeout` says more.
  void call(const Target& target,
            const Fill& fill,
            const std::function<void(sdbus::MethodReply&)>& take,
            std::chrono::seconds timeout = std::chrono::seconds{25});

  /// Send without waiting; `take` gets the reply while flush() or wait() runs. Waits for replies
  /// when 64 are outstanding: the bus itself refuses more than 128.
  void send(const Target& target, const Fill& fill, Take take);

  /// True when no call that was sent waits for its answer.
  bool idle() const { return m_outstanding == 0; }

  /// Wait until every call that was sent is answered.
  void flush();

  /// Hand every signal that matches `rule` to `handler`, from the next wait() or flush() on.
  void subscribe(const std::string& rule, std::function<void(sdbus::Message&)> handler);

  /// Handle what has come in; when that is nothing, wait for something until `deadline` or until
  /// `stop_fd` (-1 = none) is readable.
  void wait(Clock::time_point deadline, int stop_fd);

  /// Handle what has come in without waiting; true when there was something.
  bool process();

 private:
  sdbus::IProxy& proxy(const std::string& path);

  std::unique_ptr<sdbus::IConnection> m_bus;
  std::map<std::string, std::unique_ptr<sdbus::IProxy>> m_proxies;  ///< by object path
  std::size_t m_outstanding = 0;
};

}  // namespace lavavisor::systemd
