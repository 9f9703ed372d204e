// PATH first: it is what the operator's own `go` means.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/go_places.hpp"

#include "adapters/process/go_version.hpp"
#include "base/text.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <set>

namespace lavavisor::process {
namespace {

namespace fs = std::filesystem;

/// /usr/lib/go-1.23/bin and its like, newest first.
std::vector<fs::path> debian_folders() {
  constexpr std::string_view k_prefix = "go-";
  std::vector<std::pair<GoVersion, fs::path>> found;
  std::error_code error;
  for (fs::directory_iterator at{"/usr/lib", error}, end; !error && at != end;
       at.increment(error)) {
    const auto name = at->path().filename().string();
    const auto version = name.starts_with(k_prefix)
                             ? parse_go_version(std::string_view{name}.substr(k_prefix.size()))
                             : std::nullopt;
    if (version) {
      found.emplace_back(*version, at->path() / "bin");
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return b.first.is_older_than(a.first);
  });
  std::vector<fs::path> folders;
  for (auto& each : found) {
    folders.push_back(std::move(each.second));
  }
  return folders;
}

std::vector<fs::path> folders() {
  std::vector<fs::path> all;
  const char* path = std::getenv("PATH");
  for (const auto part :
       base::split(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path, ':')) {
    if (part.starts_with('/')) {
      all.emplace_back(part);
    }
  }
  all.emplace_back("/usr/local/go/bin");
  for (auto& folder : debian_folders()) {
    all.push_back(std::move(folder));
  }
  return all;
}

bool is_program(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0;
}

}  // namespace

std::vector<fs::path> go_candidates(const std::string& go) {
  if (go.find('/') != std::string::npos) {
    return is_program(go) ? std::vector<fs::path>{go} : std::vector<fs::path>{};
  }
  std::vector<fs::path> candidates;
  std::set<fs::path> seen;
  for (const auto& folder : folders()) {
    const auto file = folder / go;
    std::error_code error;
    if (is_program(file) && seen.insert(fs::canonical(file, error)).second) {
      candidates.push_back(file);
    }
  }
  return candidates;
}

}  // namespace lavavisor::process
