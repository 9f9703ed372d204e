// The host's user database, asked through getpwnam_r(3).
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/users.hpp"

#include "base/file.hpp"

#include <pwd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

namespace lavavisor::systemd {

namespace {

struct Answer {
  int error = 0;               ///< errno; 0 = the database answered
  std::optional<gid_t> group;  ///< none: no such user
};

Answer ask(const std::string& user) {
  std::vector<char> buffer(4096);
  passwd entry{};
  passwd* found = nullptr;
  int error = getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
  while (error == ERANGE && buffer.size() < (1U << 20U)) {
    buffer.resize(buffer.size() * 2);
    error = getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
  }
  if (found != nullptr) {
    return {0, found->pw_gid};
  }
  const bool absent = error == 0 || error == ENOENT || error == ESRCH;
  return {absent ? 0 : error, std::nullopt};
}

bool is_number(const std::string& user) {
  return !user.empty() && std::all_of(user.begin(), user.end(), [](char letter) {
    return letter >= '0' && letter <= '9';
  });
}

}  // namespace

bool user_exists(const std::string& user) {
  if (is_number(user)) {
    return true;
  }
  const Answer answer = ask(user);
  return answer.group || answer.error != 0;
}

base::Result<gid_t> primary_group(const std::string& user) {
  const Answer answer = ask(user);
  if (answer.group) {
    return *answer.group;
  }
  if (answer.error != 0) {
    return base::fail("cannot look up user " + user + ": " + base::errno_text(answer.error));
  }
  return base::fail("user " + user + " does not exist; create it with 'useradd --system " + user +
                    "' or set another user");
}

}  // namespace lavavisor::systemd
