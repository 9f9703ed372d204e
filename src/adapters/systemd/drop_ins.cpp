// The folders by name, their *.conf files, and a look for one key in each.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/drop_ins.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <system_error>

namespace lavavisor::systemd {
namespace {

namespace fs = std::filesystem;

/// "a-b" -> a-b.service.d, a-.service.d, service.d
std::vector<std::string> folder_names(const std::string& service) {
  std::vector<std::string> names = {service + ".service.d"};
  for (auto dash = service.rfind('-'); dash != std::string::npos && dash > 0;
       dash = service.rfind('-', dash - 1)) {
    names.push_back(service.substr(0, dash + 1) + ".service.d");
  }
  names.emplace_back("service.d");
  return names;
}

bool sets_exec_start(const Path& file) {
  const auto text = base::read_file(file);
  if (!text) {
    return false;
  }
  const auto lines = base::split(*text, '\n');
  return std::any_of(lines.begin(), lines.end(), [](std::string_view line) {
    const auto equals = line.find('=');
    return equals != std::string_view::npos && base::trim(line.substr(0, equals)) == "ExecStart";
  });
}

}  // namespace

std::vector<Path> exec_drop_ins(const std::vector<Path>& folders, const std::string& service) {
  std::vector<Path> found;
  for (const auto& folder : folders) {
    for (const auto& name : folder_names(service)) {
      std::error_code error;
      for (fs::directory_iterator each{folder / name, error}, end; !error && each != end;
           each.increment(error)) {
        if (each->path().extension() == ".conf" && sets_exec_start(each->path())) {
          found.push_back(each->path());
        }
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace lavavisor::systemd
