// Who else could change a file: by its owner, group and mode, and by those of all that leads there.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"

#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lavavisor::base {

/// What decides who may write (stat(2)).
struct Ownership {
  uid_t owner = 0;
  gid_t group = 0;
  mode_t mode = 0;       ///< the type, too
  bool has_acl = false;  ///< the group's bits stand for an access control list (acl(5))

  bool operator==(const Ownership&) const = default;
};

/// Of an open file. Never fails: what can't be told is nobody's (mode 0, owner 0).
Ownership ownership_of(int fd);

/// A file's text, and whose it is.
struct OwnedText {
  std::string text;
  Ownership is;
};

/// read_file (file.hpp), with the rights of the very file that was read.
Result<OwnedText> read_owned_file(const std::filesystem::path& file, std::uint64_t limit);

/// A user whose doing is as good as our own, and the group that has nobody else in it.
struct Trusted {
  uid_t user = 0;
  gid_t group = 0;
};

/// By what somebody else may write; `link`: a symbolic link of theirs, in a folder of theirs.
enum class Hand { everybody, group, owner, link };

/// The first by which somebody who is not among `trusted` may write; none = nobody may.
std::optional<Hand> other_hand(const Ownership& is, const std::vector<Trusted>& trusted);

/// What is the matter, as it stands behind the name of a file of `owner`: "belongs to jo, who
/// thereby decides what root runs".
std::string hand_words(Hand hand, const std::string& owner);

/// The command, without its operand, that takes the right away: "chmod o-w".
std::string hand_mend(Hand hand);

/// The name of a user of this host, else the number.
std::string user_name(uid_t user);

/// The group of that user's name, if it is the primary one: nobody else is in it by custom
/// (USERGROUPS_ENAB in login.defs(5)). Root's is root.
std::optional<gid_t> own_group(uid_t user);

/// Something that somebody else may change.
struct Exposure {
  std::filesystem::path path;
  Hand by = Hand::everybody;
  Ownership is;
};

/// Looks at files and at the way to each: every folder above it, and where there are links also the
/// way to where they lead; each part once. A folder whose entries only their owners may take away
/// (/tmp) is no exposure of what trusted users have in it.
class Rights {
 public:
  /// No `trusted`: all are, and nothing is looked at.
  explicit Rights(std::vector<Trusted> trusted) : m_trusted(std::move(trusted)) {}

  /// Look at `file`, absolute. What is not there exposes nothing.
  void look_at(const std::filesystem::path& file);

  /// The same of a file that was opened, whose own rights are `opened`.
  void look_at(const std::filesystem::path& file, const Ownership& opened);

  /// All that were found, in the order in which they were come by.
  const std::vector<Exposure>& exposures() const { return m_exposures; }

 private:
  /// Where a path leads, and whether others may put something else there.
  struct Place {
    std::filesystem::path at;  ///< without a link on the way
    Ownership is;              ///< of a link: what it leads to
    bool is_there = false;
    bool is_others = false;      ///< a folder in which somebody else may make entries
    bool keeps_entries = false;  ///< of others: only an entry's owner may take it away
  };

  Place place_of(const std::filesystem::path& named);
  Place step(const Place& folder, const std::filesystem::path& name);
  Place enter(const std::filesystem::path& folder, const Ownership& is);
  /// By which somebody else may write; the owner's own group counts as the owner.
  std::optional<Hand> judge(const Ownership& is) const;
  bool is_trusted(uid_t user) const;
  void note(const std::filesystem::path& at, Hand by, const Ownership& is);

  std::vector<Trusted> m_trusted;
  std::map<std::filesystem::path, Place> m_folders;  ///< that were walked through, as named
  int m_links = 0;                                   ///< followed for the path that is looked at
  std::set<std::filesystem::path> m_noted;
  std::vector<Exposure> m_exposures;
};

}  // namespace lavavisor::base
