// Whose a unit is: ours by the marks in the file itself, or somebody else's, and what to do then.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/foreign.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "model/layout.hpp"

#include <algorithm>
#include <system_error>

namespace lavavisor::systemd {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view k_first_line = "# Managed by lavavisor";
constexpr std::string_view k_section = "[X-Lavavisor]";

std::string unmask_command(const ports::UnitPlaces& places, const std::string& unit) {
  const bool user = places.systemd.scope == model::Scope::user;
  return std::string{"systemctl "} + (user ? "--user " : "") + "unmask " + unit;
}

/// True when `target` looks like the unit of a lavavisor that has another directory.
bool of_another_directory(const Path& target, const std::string& unit) {
  return target.filename() == unit && target.parent_path().filename() == "services";
}

/// What is wrong with the link `at`, which does not lead to our unit.
std::string foreign_link(const ports::UnitPlaces& places, const Path& at, const std::string& unit) {
  const Path target = link_target(at);
  if (target == "/dev/null") {
    return at.string() + " is masked (a link to /dev/null); unmask it with '" +
           unmask_command(places, unit) + "'";
  }
  const std::string link = at.string() + " is a link to " + target.string();
  if (of_another_directory(target, unit)) {
    return link + ", a unit of another lavavisor directory; take the service out there or give " +
           "it another name here";
  }
  return link + ", which lavavisor did not make; remove it or give the service another name";
}

/// What stands at `at`, where only a link to `own` may; "" = nothing or just that.
std::string foreign_at(const ports::UnitPlaces& places, const Path& at, const Path& own) {
  std::error_code error;
  const auto status = fs::symlink_status(at, error);
  if (status.type() == fs::file_type::not_found) {
    return "";
  }
  if (error) {
    return "cannot look at " + at.string() + ": " + base::errno_text(error.value());
  }
  if (fs::is_symlink(status)) {
    return leads_to(at, own) ? "" : foreign_link(places, at, own.filename().string());
  }
  return at.string() + (fs::is_directory(status) ? " is a directory" : " is a unit file") +
         " that lavavisor did not make; remove it or give the service another name";
}

/// What is wrong with the file `own` below our directory; "" = it is ours or not there.
std::string unmarked(const Path& own) {
  std::error_code ignored;
  const auto status = fs::symlink_status(own, ignored);
  if (status.type() == fs::file_type::not_found) {
    return "";
  }
  if (!fs::is_regular_file(status)) {
    return own.string() + " is not a regular file; move it away";
  }
  const auto text = base::read_file(own);
  if (!text) {
    return text.error().message;
  }
  return has_marks(*text) ? ""
                          : own.string() +
                                " was not made by this lavavisor (it lacks the line '# Managed by "
                                "lavavisor' or its section); move it away";
}

}  // namespace

bool has_marks(std::string_view text) {
  const auto lines = base::split(text, '\n');
  return lines.front() == k_first_line &&
         std::find(lines.begin(), lines.end(), k_section) != lines.end();
}

std::string foreign_unit(const ports::UnitPlaces& places,
                         const std::vector<Path>& folders,
                         const std::string& service) {
  const std::string unit = model::unit_name(service);
  const Path own = model::unit_file(places.directory, service);
  std::string what = foreign_at(places, places.systemd.unit_dir / unit, own);
  for (auto folder = folders.begin(); what.empty() && folder != folders.end(); ++folder) {
    if (folder->lexically_normal() != places.systemd.unit_dir.lexically_normal()) {
      what = foreign_at(places, *folder / unit, own);
    }
  }
  return what.empty() ? unmarked(own) : what;
}

}  // namespace lavavisor::systemd
