// Where `init` puts the link to the chosen binary.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::cli {

struct LinkPlace {
  std::filesystem::path link;            ///< "" = no place was found
  std::vector<std::string> passed_over;  ///< places that hold something of the operator's, and
                                         ///< what to do
};

/// Where a link is wanted, best first: /usr/local/bin, ~/.local/bin, ~/go/bin.
std::vector<std::filesystem::path> link_folders(const std::filesystem::path& home);

/// The first place that we may write and that holds nothing but a link of this `directory`: a
/// `lavap` on `path` ($PATH) that is such a link already, `folders`; then, among those that are not
/// there, the first that can be made in a folder of our own. Nothing is made here.
LinkPlace choose_link_place(const std::filesystem::path& directory,
                            std::string_view path,
                            const std::vector<std::filesystem::path>& folders);

}  // namespace lavavisor::cli
