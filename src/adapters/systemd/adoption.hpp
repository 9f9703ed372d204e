// Taking over a unit that lavavisor did not make: only the very file whose digest the configuration
// names, and never without a copy of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/systemd/unit_folders.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lavavisor::systemd {

/// True when `text` is what the configuration lets `service` take over.
bool may_adopt(const ports::UnitPlaces& places, const std::string& service, std::string_view text);

/// The text of the regular file that stands in unit_dir where our link belongs, when it may be
/// taken over; none = there is no such file, or units are not linked.
std::optional<std::string> adoptable_file(const ports::UnitPlaces& places,
                                          const std::string& service);

/// How the operator can have the unit `text`, which may not be taken over, taken over.
std::string how_to_adopt(const ports::UnitPlaces& places,
                         const std::string& service,
                         std::string_view text);

/// Why what is to be taken over can't be kept as <service>.service.imported; "" = it can, or there
/// is nothing to be taken over.
std::string unkeepable(const ports::UnitPlaces& places, const std::string& service);

/// Keep what is to be taken over; what is kept already is never overwritten.
base::Result<void> keep_adopted(const ports::UnitPlaces& places, const std::string& service);

}  // namespace lavavisor::systemd
