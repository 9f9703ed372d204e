// lstat(2), part by part, as sshd's StrictModes and sudo look at what they go by.
// SPDX-License-Identifier: Apache-2.0
#include "base/rights.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/xattr.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace lavavisor::base {
namespace {

using std::filesystem::path;

constexpr int k_most_links = 40;  // as path_resolution(7) follows
constexpr const char* k_acl = "system.posix_acl_access";

Ownership made(const struct stat& status, bool has_acl) {
  return {status.st_uid, status.st_gid, status.st_mode, has_acl};
}

bool by_group(const struct stat& status) {
  return (status.st_mode & S_IWGRP) != 0 && !S_ISLNK(status.st_mode);
}

/// Of what stands at `at`, a link itself; none = nothing does.
std::optional<Ownership> ownership_at(const path& at) {
  struct stat status {};
  if (::lstat(at.c_str(), &status) != 0) {
    return std::nullopt;
  }
  return made(status, by_group(status) && ::lgetxattr(at.c_str(), k_acl, nullptr, 0) > 0);
}

/// Look an entry of the user or group database up, with as much room as it needs.
template <class Entry, class LookUp>
std::optional<Entry> entry_of(std::vector<char>& buffer, const LookUp& look_up) {
  Entry entry{};
  Entry* found = nullptr;
  buffer.resize(4'096);
  while (look_up(&entry, buffer.data(), buffer.size(), &found) == ERANGE) {
    buffer.resize(2 * buffer.size());
  }
  return found == nullptr ? std::nullopt : std::optional{entry};
}

std::optional<passwd> find_entry(uid_t user, std::vector<char>& buffer) {
  return entry_of<passwd>(buffer, [user](passwd* entry, char* text, std::size_t size, passwd** at) {
    return ::getpwuid_r(user, entry, text, size, at);
  });
}

}  // namespace

Ownership ownership_of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) {
    return {};
  }
  return made(status, by_group(status) && ::fgetxattr(fd, k_acl, nullptr, 0) > 0);
}

std::optional<Hand> other_hand(const Ownership& is, const std::vector<Trusted>& trusted) {
  const auto some = [&](auto holds) {
    return std::any_of(trusted.begin(), trusted.end(), holds);
  };
  if ((is.mode & S_IWOTH) != 0) {
    return Hand::everybody;
  }
  const bool own_group = some([&](const Trusted& each) { return each.group == is.group; });
  if ((is.mode & S_IWGRP) != 0 && (!own_group || is.has_acl)) {
    return Hand::group;
  }
  const bool own = some([&](const Trusted& each) { return each.user == is.owner; });
  return own ? std::nullopt : std::optional{Hand::owner};
}

std::string hand_words(Hand hand, const std::string& owner) {
  switch (hand) {
    case Hand::everybody:
      return "can be changed by every user of this host";
    case Hand::group:
      return "can be changed by a group, which thereby decides what root runs";
    case Hand::owner:
      return "belongs to " + owner + ", who thereby decides what root runs";
    case Hand::link:
      return "is a symbolic link that " + owner + " made, who thereby decides where root writes";
  }
  return {};
}

std::string hand_mend(Hand hand) {
  switch (hand) {
    case Hand::everybody:
      return "chmod o-w";
    case Hand::group:
      return "chmod g-w";
    case Hand::owner:
      return "chown root";
    case Hand::link:
      return "rm";
  }
  return {};
}

std::string user_name(uid_t user) {
  std::vector<char> buffer;
  const auto entry = find_entry(user, buffer);
  return entry ? std::string{entry->pw_name} : std::to_string(user);
}

std::optional<gid_t> own_group(uid_t user) {
  if (user == 0) {
    return 0;
  }
  std::vector<char> user_text;
  std::vector<char> group_text;
  const auto entry = find_entry(user, user_text);
  if (!entry) {
    return std::nullopt;
  }
  const auto named =
      entry_of<group>(group_text, [&entry](group* found, char* text, std::size_t size, group** at) {
        return ::getgrgid_r(entry->pw_gid, found, text, size, at);
      });
  const bool is_own = named && std::string{named->gr_name} == entry->pw_name;
  return is_own ? std::optional{entry->pw_gid} : std::nullopt;
}

bool Rights::is_trusted(uid_t user) const {
  return std::any_of(m_trusted.begin(), m_trusted.end(), [user](const Trusted& each) {
    return each.user == user;
  });
}

std::optional<Hand> Rights::judge(const Ownership& is) const {
  const auto hand = other_hand(is, m_trusted);
  if (hand != Hand::group || is.has_acl || own_group(is.owner) != is.group) {
    return hand;
  }
  return is_trusted(is.owner) ? std::nullopt : std::optional{Hand::owner};
}

void Rights::note(const path& at, Hand by, const Ownership& is) {
  if (m_noted.insert(at).second) {
    m_exposures.push_back({at, by, is});
  }
}

Rights::Place Rights::enter(const path& folder, const Ownership& is) {
  const auto hand = judge(is);
  const bool keeps_entries = (is.mode & S_ISVTX) != 0 && hand && *hand != Hand::owner;
  if (hand && !keeps_entries) {
    note(folder, *hand, is);
  }
  return {folder, is, true, hand.has_value(), keeps_entries};
}

Rights::Place Rights::step(const Place& folder, const path& name) {
  const path entry = folder.at / name;
  const auto found = ownership_at(entry);
  if (!found) {
    return {entry, {}, false, false, false};
  }
  const bool is_link = S_ISLNK(found->mode);
  if (!is_trusted(found->owner) && (folder.keeps_entries || (is_link && folder.is_others))) {
    note(entry, is_link ? Hand::link : Hand::owner, *found);
  }
  if (!is_link) {
    return S_ISDIR(found->mode) ? enter(entry, *found) : Place{entry, *found, true, false, false};
  }
  std::error_code error;
  const path target = std::filesystem::read_symlink(entry, error);
  if (error || m_links++ == k_most_links) {
    return {entry, {}, false, false, false};
  }
  return place_of(folder.at / target);  // an absolute target replaces what stands before it
}

Rights::Place Rights::place_of(const path& named) {
  if (const auto known = m_folders.find(named); known != m_folders.end()) {
    return known->second;
  }
  Place place;
  if (named == named.root_path()) {
    place = enter("/", ownership_at("/").value_or(Ownership{}));
  } else {
    const path name = named.filename();
    place = place_of(named.parent_path());
    if (!place.is_there) {
      return place;
    }
    if (name == "..") {
      place = place_of(place.at.parent_path());
    } else if (!name.empty() && name != ".") {
      place = step(place, name);
    }
  }
  if (S_ISDIR(place.is.mode)) {
    m_folders.emplace(named, place);
  }
  return place;
}

void Rights::look_at(const path& file) {
  if (m_trusted.empty()) {
    return;
  }
  m_links = 0;
  const auto place = place_of(file);
  const bool is_file = place.is_there && !S_ISDIR(place.is.mode);
  if (const auto hand = is_file ? judge(place.is) : std::nullopt) {
    note(place.at, *hand, place.is);
  }
}

void Rights::look_at(const path& file, const Ownership& opened) {
  if (m_trusted.empty()) {
    return;
  }
  m_links = 0;
  const auto place = place_of(file);
  if (const auto hand = judge(opened)) {
    note(place.at, *hand, opened);
  }
}

}  // namespace lavavisor::base
