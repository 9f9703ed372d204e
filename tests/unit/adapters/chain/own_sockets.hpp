// This process's own descriptors, counted where leaks would show: in /proc/self/fd.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lavavisor::chain {

inline std::vector<int> open_descriptors() {
  std::vector<int> found;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    const int fd = std::stoi(entry.path().filename().string());
    if (::fcntl(fd, F_GETFD) >= 0) {
      found.push_back(fd);
    }
  }
  return found;
}

/// The sockets of this process that are connected to `port` of 127.0.0.1.
inline std::vector<int> sockets_to(std::uint16_t port) {
  std::vector<int> found;
  for (const int fd : open_descriptors()) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) == 0 &&
        peer.sin_family == AF_INET && ntohs(peer.sin_port) == port) {
      found.push_back(fd);
    }
  }
  return found;
}

}  // namespace lavavisor::chain
