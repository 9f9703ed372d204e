// One private connection to the bus that systemd is on: calls sent together, signals awaited.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/connection.hpp"

#include "base/fd.hpp"

#include <sdbus-c++/sdbus-c++.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace lavavisor::systemd {

namespace {

constexpr const char* k_systemd = "org.freedesktop.systemd1";
constexpr std::size_t k_most_outstanding = 64;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// Where the user's bus is though the environment does not say so, as under cron.
std::string user_bus_path() {
  const std::string runtime = variable("XDG_RUNTIME_DIR");
  return (runtime.empty() ? "/run/user/" + std::to_string(getuid()) : runtime) + "/bus";
}

/// Throws, as opening it would, unless somebody listens on the socket. sdbus-c++ 1.2 never frees
/// what it made for an address of ours that leads nowhere, and a loop tries again and again.
void knock_at(const std::string& socket) {
  constexpr const char* k_failed = "Failed to open bus";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path) {
    throw sdbus::createError(ENAMETOOLONG, k_failed);
  }
  socket.copy(static_cast<char*>(address.sun_path), socket.size());
  const base::Fd probe{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!probe ||
      ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw sdbus::createError(errno, k_failed);
  }
}

std::unique_ptr<sdbus::IConnection> open_bus(model::Scope scope) {
  if (scope != model::Scope::user) {
    return sdbus::createSystemBusConnection();
  }
  if (!variable("DBUS_SESSION_BUS_ADDRESS").empty() || !variable("XDG_RUNTIME_DIR").empty()) {
    return sdbus::createSessionBusConnection();
  }
  knock_at(user_bus_path());
  return sdbus::createSessionBusConnectionWithAddress("unix:path=" + user_bus_path());
}

int milliseconds_until(Connection::Clock::time_point deadline) {
  using std::chrono::milliseconds;
  const auto left = std::chrono::ceil<milliseconds>(deadline - Connection::Clock::now()).count();
  return static_cast<int>(std::clamp<milliseconds::rep>(left, 0, 3'600'000));
}

}  // namespace

const char* const Connection::k_manager_path = "/org/freedesktop/systemd1";
const char* const Connection::k_manager = "org.freedesktop.systemd1.Manager";

std::string bus_address(model::Scope scope) {
  if (scope == model::Scope::user) {
    const std::string address = variable("DBUS_SESSION_BUS_ADDRESS");
    return address.empty() ? user_bus_path() : address;
  }
  const std::string address = variable("DBUS_SYSTEM_BUS_ADDRESS");
  return address.empty() ? "/run/dbus/system_bus_socket" : address;
}

Connection::Connection(model::Scope scope) : m_bus{open_bus(scope)} {}

Connection::~Connection() = default;

sdbus::IProxy& Connection::proxy(const std::string& path) {
  auto& proxy = m_proxies[path];
  if (proxy == nullptr) {
    proxy = sdbus::createProxy(*m_bus, k_systemd, path);
  }
  return *proxy;
}

void Connection::call(const Target& target,
                      const Fill& fill,
                      const std::function<void(sdbus::MethodReply&)>& take,
                      std::chrono::seconds timeout) {
  auto& object = proxy(target.path);
  auto message = object.createMethodCall(target.interface, target.method);
  fill(message);
  auto reply = object.callMethod(message, timeout);
  take(reply);
}

void Connection::send(const Target& target, const Fill& fill, Take take) {
  while (m_outstanding >= k_most_outstanding) {
    wait(Clock::time_point::max(), -1);
  }
  auto& object = proxy(target.path);
  auto message = object.createMethodCall(target.interface, target.method);
  fill(message);
  const auto on_reply = [this, taker = std::move(take)](sdbus::MethodReply& reply,
                                                        const sdbus::Error* error) {
    --m_outstanding;
    try {
      taker(error == nullptr ? &reply : nullptr, error);
    } catch (const sdbus::Error& unreadable) {
      taker(nullptr, &unreadable);
    }
  };
  (void)object.callMethod(message, on_reply);
  ++m_outstanding;
}

void Connection::flush() {
  while (m_outstanding > 0) {
    wait(Clock::time_point::max(), -1);
  }
}

void Connection::subscribe(const std::string& rule, std::function<void(sdbus::Message&)> handler) {
  m_bus->addMatch(rule, std::move(handler), sdbus::floating_slot);
}

bool Connection::process() {
  bool any = false;
  while (m_bus->processPendingRequest()) {
    any = true;
  }
  return any;
}

void Connection::wait(Clock::time_point deadline, int stop_fd) {
  if (process()) {
    return;
  }
  const auto data = m_bus->getEventLoopPollData();
  int timeout = deadline == Clock::time_point::max() ? -1 : milliseconds_until(deadline);
  if (const int of_bus = data.getPollTimeout(); of_bus >= 0) {
    timeout = timeout < 0 ? of_bus : std::min(timeout, of_bus);
  }
  std::array<pollfd, 2> fds{{{data.fd, data.events, 0}, {stop_fd, POLLIN, 0}}};
  if (poll(fds.data(), fds.size(), timeout) < 0 && errno != EINTR) {
    throw sdbus::createError(errno, "cannot wait for the bus");
  }
  process();
}

}  // namespace lavavisor::systemd
