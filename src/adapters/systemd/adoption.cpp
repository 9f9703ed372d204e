// A text is kept before anything is replaced, so that a pass that dies in between finds either the
// old unit or the new one, and the copy in any case.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/adoption.hpp"

#include "adapters/systemd/foreign.hpp"
#include "base/file.hpp"
#include "base/sha256.hpp"
#include "model/layout.hpp"

#include <system_error>

namespace lavavisor::systemd {

namespace fs = std::filesystem;

namespace {

/// Units can hold passwords, and nobody but an administrator needs this copy.
constexpr base::FileMode k_kept_mode{0600, std::nullopt};

/// The text of the regular file `path` (no link to one), when it may be taken over.
std::optional<std::string> adoptable_at(const ports::UnitPlaces& places,
                                        const std::string& service,
                                        const Path& path) {
  std::error_code ignored;
  if (places.adopted.count(service) == 0 ||
      !fs::is_regular_file(fs::symlink_status(path, ignored))) {
    return std::nullopt;
  }
  auto text = base::read_file(path);
  return text && may_adopt(places, service, *text) ? std::optional{std::move(*text)} : std::nullopt;
}

/// What is to be taken over, wherever it stands: both places have it at most with the same digest.
std::optional<std::string> adoptable(const ports::UnitPlaces& places, const std::string& service) {
  if (auto text = adoptable_file(places, service)) {
    return text;
  }
  auto text = adoptable_at(places, service, model::unit_file(places.directory, service));
  return text && !has_marks(*text) ? text : std::nullopt;
}

bool is_there(const Path& path) {
  std::error_code ignored;
  return fs::symlink_status(path, ignored).type() != fs::file_type::not_found;
}

}  // namespace

bool may_adopt(const ports::UnitPlaces& places, const std::string& service, std::string_view text) {
  const auto declared = places.adopted.find(service);
  return declared != places.adopted.end() && base::sha256_hex(text) == declared->second;
}

std::optional<std::string> adoptable_file(const ports::UnitPlaces& places,
                                          const std::string& service) {
  return places.systemd.create_link
             ? adoptable_at(places, service, places.systemd.unit_dir / model::unit_name(service))
             : std::nullopt;
}

std::string how_to_adopt(const ports::UnitPlaces& places,
                         const std::string& service,
                         std::string_view text) {
  const std::string key = "adopt = \"" + base::sha256_hex(text) + "\"";
  return places.adopted.count(service) == 0
             ? "to have it taken over, write " + key + " into its [[service]]"
             : "it is not the file that `adopt` names, so it was changed since; look at what it "
               "says now, and to have that taken over write " +
                   key;
}

std::string unkeepable(const ports::UnitPlaces& places, const std::string& service) {
  const auto text = adoptable(places, service);
  const Path kept = model::imported_unit_file(places.directory, service);
  if (!text || !is_there(kept) || base::read_file(kept) == *text) {
    return "";
  }
  return "the unit to be taken over is to be kept as " + kept.string() +
         ", where something else stands; move that away";
}

base::Result<void> keep_adopted(const ports::UnitPlaces& places, const std::string& service) {
  const auto text = adoptable(places, service);
  const Path kept = model::imported_unit_file(places.directory, service);
  if (!text || is_there(kept)) {
    return {};
  }
  auto done = base::make_directories(kept.parent_path());
  return done ? base::write_file_atomically(kept, *text, k_kept_mode) : done;
}

}  // namespace lavavisor::systemd
