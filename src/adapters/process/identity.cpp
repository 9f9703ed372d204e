// getpwnam(3) and getgrouplist(3).
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/identity.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>

namespace lavavisor::process {
namespace {

std::optional<uid_t> number_in(const std::string& text) {
  uid_t uid = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, uid);
  return error == std::errc{} && stop == end ? std::optional{uid} : std::nullopt;
}

std::vector<gid_t> groups_of(const std::string& user, gid_t primary) {
  std::vector<gid_t> groups(32);
  auto count = static_cast<int>(groups.size());
  while (::getgrouplist(user.c_str(), primary, groups.data(), &count) < 0) {
    groups.resize(static_cast<std::size_t>(count));
  }
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

}  // namespace

base::Result<Identity> find_user(const std::string& user) {
  std::vector<char> buffer(4'096);
  passwd entry{};
  passwd* found = nullptr;
  int code = 0;
  const auto uid = number_in(user);
  for (;;) {
    code = uid ? ::getpwuid_r(*uid, &entry, buffer.data(), buffer.size(), &found)
               : ::getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (code != ERANGE) {
      break;
    }
    buffer.resize(2 * buffer.size());
  }
  if (found == nullptr) {
    // The manual names these codes, too, for a user that is not there.
    const bool unknown =
        code == 0 || code == ENOENT || code == ESRCH || code == EBADF || code == EPERM;
    return base::fail("user " + base::printable(user) +
                      (unknown ? " does not exist on this host"
                               : " can't be looked up: " + base::errno_text(code)));
  }
  return Identity{.name = entry.pw_name,
                  .home = entry.pw_dir,
                  .uid = entry.pw_uid,
                  .gid = entry.pw_gid,
                  .groups = groups_of(entry.pw_name, entry.pw_gid)};
}

bool may_switch_user() {
  return ::geteuid() == 0;
}

base::Result<std::optional<Identity>> find_unprivileged(const std::string& user) {
  if (!may_switch_user()) {
    return std::optional<Identity>{};
  }
  auto found = find_user(user.empty() ? "nobody" : user);
  if (!found || found->uid == 0) {
    found = find_user("nobody");
  }
  if (!found) {
    return tl::make_unexpected(found.error());
  }
  return std::optional{std::move(*found)};
}

}  // namespace lavavisor::process
