// Places are looked at in one fixed order, and nothing is made on the way.
// SPDX-License-Identifier: Apache-2.0
#include "cli/link_place.hpp"

#include "base/text.hpp"
#include "model/layout.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <system_error>

namespace lavavisor::cli {
namespace {

namespace fs = std::filesystem;

enum class Holds { nothing, our_link, something_else };

Holds look(const fs::path& directory, const fs::path& place) {
  std::error_code error;
  const auto status = fs::symlink_status(place, error);
  if (!fs::exists(status)) {
    return Holds::nothing;
  }
  if (!fs::is_symlink(status)) {
    return Holds::something_else;
  }
  const auto target = fs::read_symlink(place, error);
  const auto leads_to = (place.parent_path() / target).lexically_normal();
  return model::release_of(directory, leads_to) ? Holds::our_link : Holds::something_else;
}

bool may_write(const fs::path& folder) {
  return ::access(folder.c_str(), W_OK | X_OK) == 0;
}

/// True when `folder` is missing and we may make it in what is ours.
bool may_make(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(folder, error))) {
    return false;
  }
  auto above = folder.parent_path();
  while (!fs::exists(above, error) && above.has_relative_path()) {
    above = above.parent_path();
  }
  struct stat status {};
  return ::stat(above.c_str(), &status) == 0 && status.st_uid == ::geteuid() && may_write(above);
}

std::optional<fs::path> our_link_on_path(const fs::path& directory, std::string_view path) {
  for (const auto folder : base::split(path, ':')) {
    const auto place = fs::path{folder} / "lavap";
    if (place.is_absolute() && may_write(place.parent_path()) &&
        look(directory, place) == Holds::our_link) {
      return place;
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<fs::path> link_folders(const fs::path& home) {
  std::vector<fs::path> folders = {"/usr/local/bin"};
  if (!home.empty()) {
    folders.push_back(home / ".local/bin");
    folders.push_back(home / "go/bin");
  }
  return folders;
}

LinkPlace choose_link_place(const fs::path& directory,
                            std::string_view path,
                            const std::vector<fs::path>& folders) {
  LinkPlace found;
  if (const auto link = our_link_on_path(directory, path)) {
    found.link = *link;
    return found;
  }
  for (const auto& folder : folders) {
    const auto place = folder / "lavap";
    if (!may_write(folder)) {
      continue;
    }
    if (look(directory, place) != Holds::something_else) {
      found.link = place;
      return found;
    }
    found.passed_over.push_back(place.string() +
                                " is not a link of this lavavisor and stays as it is; remove it "
                                "and set binary.link to it, if the link is to be there");
  }
  const auto made = std::find_if(folders.begin(), folders.end(), may_make);
  found.link = made == folders.end() ? fs::path{} : *made / "lavap";
  return found;
}

}  // namespace lavavisor::cli
