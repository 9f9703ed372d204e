// Paths as operators write them.
// SPDX-License-Identifier: Apache-2.0
#include "config/context.hpp"

#include <algorithm>
#include <system_error>

namespace lavavisor::config {

namespace {

using std::filesystem::path;

path without_trailing_slash(const path& normal) {
  return normal.has_filename() || normal == normal.root_path() ? normal : normal.parent_path();
}

/// Fold dots. `..` behind a symbolic link leads where the kernel says, so the folders are resolved
/// then; the last part never is, it may be a link of ours.
path tidy(const path& given) {
  if (std::find(given.begin(), given.end(), "..") == given.end()) {
    return without_trailing_slash(given.lexically_normal());
  }
  const path whole = without_trailing_slash(given);
  const bool ends_in_dots = whole.filename() == ".." || whole.filename() == ".";
  std::error_code failed;
  const path folder =
      std::filesystem::weakly_canonical(ends_in_dots ? whole : whole.parent_path(), failed);
  if (failed) {
    return without_trailing_slash(given.lexically_normal());
  }
  return ends_in_dots ? folder : folder / whole.filename();
}

}  // namespace

path absolute_path(const path& given) {
  return tidy(std::filesystem::absolute(given));
}

Checked<std::filesystem::path> expand_path(const Context& context, std::string_view text) {
  if (!text.starts_with('~')) {
    return tidy(context.folder / text);
  }
  if (text != "~" && !text.starts_with("~/")) {
    return problem(in_quotes(text) + " begins with the home directory of another user",
                   "write that directory out, or ./~... for a file of that name");
  }
  if (context.environment.home.empty()) {
    return problem("no home directory is known for " + in_quotes(text),
                   "set HOME, or write the path out");
  }
  return tidy(context.environment.home / text.substr(text.size() > 1 ? 2 : 1));
}

}  // namespace lavavisor::config
