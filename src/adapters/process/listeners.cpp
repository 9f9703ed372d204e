// /proc/net/tcp{,6} for the sockets, /proc/PID/fd for whose they are, /proc/PID/cgroup for units.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/host_look.hpp"
#include "base/text.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>

namespace lavavisor::process {
namespace {

namespace fs = std::filesystem;
using model::Listener;

constexpr std::string_view k_listens = "0A";  ///< TCP_LISTEN

template <class Number>
bool read_number(std::string_view text, Number& number, int base) {
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  return error == std::errc{} && stop == end;
}

/// An address as the kernel prints it: words of 32 bits in the machine's byte order.
std::string host_in(std::string_view hex) {
  std::array<std::uint32_t, 4> words{};
  const auto count = hex.size() / 8;
  if (hex.size() % 8 != 0 || (count != 1 && count != 4)) {
    return "";
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!read_number(hex.substr(8 * i, 8), words[i], 16)) {
      return "";
    }
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(count == 1 ? AF_INET : AF_INET6, words.data(), text.data(), text.size());
  const std::string host{text.data()};
  constexpr std::string_view k_mapped = "::ffff:";
  const bool mapped = host.starts_with(k_mapped) && host.find('.') != std::string::npos;
  return mapped ? host.substr(k_mapped.size()) : host;
}

/// Take the sockets that listen out of one table, by inode.
void read_table(const fs::path& table, std::map<std::uint64_t, Listener>& found) {
  std::ifstream stream{table};
  std::string line;
  std::getline(stream, line);  // the headings
  while (std::getline(stream, line)) {
    // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
    std::istringstream words{line};
    std::array<std::string, 10> column;
    for (auto& word : column) {
      words >> word;
    }
    const auto colon = column[1].find(':');
    Listener listener;
    std::uint64_t inode = 0;
    if (column[3] != k_listens || colon == std::string::npos ||
        !read_number(std::string_view{column[1]}.substr(colon + 1), listener.port, 16) ||
        !read_number(column[7], listener.user, 10) || !read_number(column[9], inode, 10)) {
      continue;
    }
    listener.host = host_in(std::string_view{column[1]}.substr(0, colon));
    found.emplace(inode, std::move(listener));
  }
}

std::string first_line(const fs::path& file) {
  std::ifstream stream{file};
  std::string line;
  std::getline(stream, line);
  return line;
}

/// The unit in "0::/system.slice/provider-eth1.service", of cgroup v2 and of v1's name=systemd.
std::string unit_of(const fs::path& process) {
  std::ifstream stream{process / "cgroup"};
  for (std::string line; std::getline(stream, line);) {
    const auto parts = base::split(line, '/');
    const auto unit = std::find_if(parts.rbegin(), parts.rend(), [](std::string_view part) {
      return part.ends_with(".service");
    });
    if (unit != parts.rend()) {
      return std::string{*unit};
    }
  }
  return "";
}

/// The inode in "socket:[12345]"; 0 = it is no socket.
std::uint64_t socket_in(const std::string& link) {
  constexpr std::string_view k_prefix = "socket:[";
  std::uint64_t inode = 0;
  const bool is_socket = link.starts_with(k_prefix) && link.ends_with(']');
  return is_socket && read_number(std::string_view{link}.substr(k_prefix.size(),
                                                                link.size() - k_prefix.size() - 1),
                                  inode,
                                  10)
             ? inode
             : 0;
}

/// Name the process in those of `found` that it holds open.
void name_sockets_of(const fs::path& process, std::map<std::uint64_t, Listener>& found) {
  std::error_code error;
  for (fs::directory_iterator each{process / "fd", error}, end; !error && each != end;
       each.increment(error)) {
    std::error_code unreadable;
    const auto at = found.find(socket_in(fs::read_symlink(each->path(), unreadable).string()));
    if (at != found.end() && at->second.pid == 0) {
      read_number(process.filename().string(), at->second.pid, 10);
      at->second.program = first_line(process / "comm");
      at->second.unit = unit_of(process);
    }
  }
}

}  // namespace

base::Result<std::vector<Listener>> listeners(const fs::path& proc) {
  std::error_code error;
  if (!fs::exists(proc / "net/tcp", error)) {
    return base::fail("the kernel does not tell who listens (" + (proc / "net/tcp").string() + ")");
  }
  std::map<std::uint64_t, Listener> found;
  read_table(proc / "net/tcp", found);
  read_table(proc / "net/tcp6", found);
  for (fs::directory_iterator each{proc, error}, end; !error && each != end;
       each.increment(error)) {
    const auto name = each->path().filename().string();
    if (std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      name_sockets_of(each->path(), found);
    }
  }
  std::vector<Listener> all;
  for (auto& [inode, listener] : found) {
    all.push_back(std::move(listener));
  }
  return all;
}

}  // namespace lavavisor::process
