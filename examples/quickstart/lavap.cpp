// A stand-in for lavap: takes its command line, logs, listens, drains and answers health checks as
// the real one does, and misbehaves as the trailer appended to its own executable says.
//
// The trailer is the last line of the file that is "--lavap-stub--", and `key=value` lines behind
// it:
//   reported=6.1.0          what `lavap version` prints
//   version_mode=hang       ... or hang | garbage | control | empty | flood | missing
//   exit_code_on_start=1    a service ends at once with this code
//   start_delay_ms=500      before it logs "Process Started" and listens
//   crash_after_ms=1500     a service ends with code 2 so long after that
//   drain_ms=300            from SIGINT to "drained"
//   ignore_sigint=1         only SIGTERM or SIGKILL ends it
//   health_status=503       of /metrics/overall-health
// SPDX-License-Identifier: Apache-2.0
#include "lavap_trailer.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using lavap::Trailer;
using lavap::Words;

void log(const std::string& line) {
  std::fprintf(stderr, "%s\n", line.c_str());
}

int print_version(const Trailer& trailer) {
  const std::string mode = trailer.text("version_mode", "");
  if (mode == "hang") {
    while (true) {
      pause();
    }
  }
  if (mode == "missing") {
    log("Error: unknown command \"version\" for \"lavap\"");
    return 1;
  }
  if (mode == "flood") {
    const std::string line(4096, '6');
    while (std::puts(line.c_str()) >= 0) {
    }
    return 1;
  }
  const std::map<std::string, std::string> odd = {
      {"garbage", "no version, but words\n"},
      {"control", "6.2\x1b[31m.5\x07\n"},
      {"empty", ""},
  };
  const auto found = odd.find(mode);
  std::fputs(found != odd.end() ? found->second.c_str()
                                : (trailer.text("reported", "0.0.0") + "\n").c_str(),
             stdout);
  return 0;
}

/// Listen on `address` (host:port, ":port"); ends the program where that can't be.
int listen_on(std::string_view address) {
  const auto colon = address.rfind(':');
  const std::string host(address.substr(0, colon));
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<std::uint16_t>(std::atoi(address.substr(colon + 1).data())));
  if (inet_pton(AF_INET, host.c_str(), &name.sin_addr) != 1) {
    name.sin_addr.s_addr = htonl(INADDR_ANY);
  }
  const int yes = 1;
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
      listen(listener, 16) != 0) {
    log("failed to listen on " + std::string(address) + ": " + std::strerror(errno));
    std::exit(1);
  }
  log("listening on " + std::string(address));
  return listener;
}

/// The addresses in a lavap YAML: whatever looks like host:port behind "address:".
Words addresses_in(const std::string& yaml_file) {
  std::ifstream file(yaml_file);
  if (!file) {
    log("failed to read " + yaml_file + ": " + std::strerror(errno));
    std::exit(1);
  }
  Words found;
  for (std::string line; std::getline(file, line);) {
    const auto key = line.rfind("address:");
    if (key == std::string::npos) {
      continue;
    }
    const auto from = line.find_first_not_of(" \"'{", key + std::strlen("address:"));
    const auto to = std::min(line.find_first_of(" \"'},#", from), line.size());
    if (from != std::string::npos && line.substr(from, to - from).find(':') != std::string::npos) {
      found.push_back(line.substr(from, to - from));
    }
  }
  return found;
}

std::string flag_value(const Words& words, const std::string& flag) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at] == flag && at + 1 < words.size()) {
      return words[at + 1];
    }
    if (words[at].starts_with(flag + "=")) {
      return words[at].substr(flag.size() + 1);
    }
  }
  return "";
}

void answer_http(int listener, int health_status) {
  const int peer = accept(listener, nullptr, nullptr);
  const timeval limit{1, 0};
  setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  char request[2048];
  const ssize_t got = recv(peer, request, sizeof request, 0);
  const std::string_view asked(request, got > 0 ? static_cast<std::size_t>(got) : 0);
  if (asked.starts_with("GET ")) {
    const bool health = asked.starts_with("GET /metrics/overall-health");
    const int status = health ? health_status : 200;
    const std::string body = health ? "overall health\n" : "lavap_stub_up 1\n";
    const std::string answer =
        "HTTP/1.1 " + std::to_string(status) + (status == 200 ? " OK" : " Unhealthy") +
        "\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
    send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
  }
  close(peer);
}

/// Poll `watched` until one is ready (its index) or `deadline` has come (none).
std::optional<std::size_t> wait_for(std::vector<pollfd>& watched,
                                    std::optional<Clock::time_point> deadline) {
  while (true) {
    int wait_ms = -1;
    if (deadline) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count();
      wait_ms = static_cast<int>(std::max<std::int64_t>(0, left));
    }
    const int ready = poll(watched.data(), watched.size(), wait_ms);
    for (std::size_t at = 0; ready > 0 && at < watched.size(); ++at) {
      if (watched[at].revents != 0) {
        return at;
      }
    }
    if (deadline && Clock::now() >= *deadline) {
      return std::nullopt;
    }
  }
}

void nap(int ms) {
  std::vector<pollfd> nothing;
  wait_for(nothing, Clock::now() + std::chrono::milliseconds(ms));
}

int signal_descriptor() {
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  sigprocmask(SIG_BLOCK, &interrupt, nullptr);
  return signalfd(-1, &interrupt, SFD_CLOEXEC);
}

/// Serve until SIGINT has been answered by draining, or until the trailer's crash.
int serve(const Words& addresses, const Trailer& trailer) {
  std::vector<pollfd> watched = {{signal_descriptor(), POLLIN, 0}};
  nap(trailer.number("start_delay_ms").value_or(0));
  log("Process Started");
  for (const std::string& address : addresses) {
    watched.push_back({listen_on(address), POLLIN, 0});
  }
  std::optional<Clock::time_point> crash;
  if (const auto after = trailer.number("crash_after_ms")) {
    crash = Clock::now() + std::chrono::milliseconds(*after);
  }
  while (true) {
    const auto ready = wait_for(watched, crash);
    if (!ready) {
      log("panic: the trailer says so");
      return 2;
    }
    if (*ready > 0) {
      answer_http(watched[*ready].fd, trailer.number("health_status").value_or(200));
      continue;
    }
    signalfd_siginfo info;
    if (read(watched[0].fd, &info, sizeof info) == sizeof info &&
        !trailer.number("ignore_sigint")) {
      log("draining");
      nap(trailer.number("drain_ms").value_or(0));
      log("drained");
      return 0;
    }
  }
}

int run(const Words& words) {
  const Trailer trailer;
  const std::string command = words.size() > 1 ? words[1] : "";
  if (command == "version") {
    return print_version(trailer);
  }
  const bool service = command == "rpcprovider" || command == "rpcconsumer" || command == "cache";
  if (!service || words.size() < 3) {
    log("usage: lavap version | rpcprovider FILE.yml | rpcconsumer FILE.yml | cache ADDRESS");
    return 64;
  }
  std::printf("argv: %s\n", lavap::json_array(words).c_str());
  std::fflush(stdout);
  log("lavap " + trailer.text("version", "?") + " reports " + trailer.text("reported", "0.0.0"));
  if (const auto code = trailer.number("exit_code_on_start")) {
    log("Error: the trailer says so");
    return *code;
  }
  Words addresses = command == "cache" ? Words{words[2]} : addresses_in(words[2]);
  if (const std::string metrics = flag_value(words, "--metrics-listen-address"); !metrics.empty()) {
    addresses.push_back(metrics);
  }
  return serve(addresses, trailer);
}

}  // namespace

int main(int argc, char** argv) {
  return run(Words(argv, argv + argc));
}
