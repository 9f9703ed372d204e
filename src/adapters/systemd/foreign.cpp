// Whose a unit is: ours by the marks in the file itself, or somebody else's, and what to do then.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/foreign.hpp"

#include "adapters/systemd/adoption.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "model/layout.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace lavavisor::systemd {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view k_first_line = "# Managed by lavavisor";
constexpr std::string_view k_section = "[X-Lavavisor]";

/// True when `line` stands at `begin`, which is the begin of a line, and ends there.
bool is_line_at(std::string_view text, std::size_t begin, std::string_view line) {
  const std::string_view rest = text.substr(begin);
  return rest.substr(0, line.size()) == line &&
         (rest.size() == line.size() || rest[line.size()] == '\n');
}

bool has_line(std::string_view text, std::string_view line) {
  for (auto at = text.find(line); at != std::string_view::npos; at = text.find(line, at + 1)) {
    if ((at == 0 || text[at - 1] == '\n') && is_line_at(text, at, line)) {
      return true;
    }
  }
  return false;
}

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
std::string foreign_at(const ports::UnitPlaces& places, const std::string& at, const Path& own) {
  struct stat status {};
  if (::lstat(at.c_str(), &status) != 0) {
    return errno == ENOENT || errno == ENOTDIR
               ? ""
               : "cannot look at " + at + ": " + base::errno_text(errno);
  }
  if (S_ISLNK(status.st_mode)) {
    return leads_to(at, own) ? "" : foreign_link(places, at, own.filename().string());
  }
  return at + (S_ISDIR(status.st_mode) ? " is a directory" : " is a unit file") +
         " that lavavisor did not make; remove it or give the service another name";
}

/// The same for unit_dir, whose files may be taken over.
std::string foreign_in_unit_dir(const ports::UnitPlaces& places, const std::string& service) {
  if (adoptable_file(places, service)) {
    return "";
  }
  const Path at = places.systemd.unit_dir / model::unit_name(service);
  const std::string what =
      foreign_at(places, at.string(), model::unit_file(places.directory, service));
  if (what.empty()) {
    return what;
  }
  std::error_code ignored;
  if (!fs::is_regular_file(fs::symlink_status(at, ignored)) || !places.systemd.create_link) {
    return what;
  }
  const auto text = base::read_file(at);
  return text ? what + "; " + how_to_adopt(places, service, *text) : what;
}

/// What is wrong with the unit below our directory; "" = it is ours, may become so or is not there.
std::string unmarked(const ports::UnitPlaces& places,
                     const std::string& service,
                     const std::optional<std::string>& own_text) {
  if (own_text && has_marks(*own_text)) {
    return "";
  }
  const Path own = model::unit_file(places.directory, service);
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
  if (has_marks(*text) || may_adopt(places, service, *text)) {
    return "";
  }
  return own.string() +
         " was not made by this lavavisor (it lacks the line '# Managed by lavavisor' or its "
         "section); move it away; " +
         how_to_adopt(places, service, *text);
}

}  // namespace

bool has_marks(std::string_view text) {
  return is_line_at(text, 0, k_first_line) && has_line(text, k_section);
}

std::string foreign_unit(const ports::UnitPlaces& places,
                         const std::vector<Path>& folders,
                         const std::string& service,
                         const std::optional<std::string>& own_text) {
  const std::string unit = model::unit_name(service);
  const Path own = model::unit_file(places.directory, service);
  std::string what = foreign_in_unit_dir(places, service);
  for (auto folder = folders.begin(); what.empty() && folder != folders.end(); ++folder) {
    if (*folder != places.systemd.unit_dir) {
      what = foreign_at(places, folder->string() + "/" + unit, own);
    }
  }
  what = what.empty() ? unmarked(places, service, own_text) : what;
  return what.empty() ? unkeepable(places, service) : what;
}

}  // namespace lavavisor::systemd
