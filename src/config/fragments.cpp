// Listing what counts in a folder.
// SPDX-License-Identifier: Apache-2.0
#include "config/fragments.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "model/fragments.hpp"

#include <algorithm>
#include <system_error>

namespace lavavisor::config {

base::Result<std::vector<Fragment>> list_fragments(const std::filesystem::path& folder) {
  std::vector<Fragment> fragments;
  std::error_code error;
  std::filesystem::directory_iterator entry{folder, error};
  for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (!model::is_fragment(name) || std::filesystem::is_directory(entry->path(), ignored)) {
      continue;
    }
    if (const auto shown = base::printable(name, name.size()); shown != name) {
      return base::fail("the name of the fragment '" + shown +
                        "' is not plain text; give it another one");
    }
    fragments.push_back({name, std::filesystem::canonical(entry->path(), ignored)});
  }
  if (error) {
    return base::fail("cannot read the folder " + folder.string() + ": " +
                      base::errno_text(error.value()));
  }
  std::sort(fragments.begin(), fragments.end(), [](const Fragment& a, const Fragment& b) {
    return a.name < b.name;
  });
  return fragments;
}

}  // namespace lavavisor::config
