// `lavavisor quarantine`: the releases that failed on this host.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/observed.hpp"
#include "view/json.hpp"
#include "view/screen.hpp"

#include <map>
#include <string>

namespace lavavisor::view {

/// A table with a line for each, or a line that says that there are none.
std::string quarantine_text(const std::map<model::Release, model::Quarantine>& quarantine,
                            const Screen& screen);

/// An array "quarantined" of the object that is open.
void write_quarantine(Json& json, const std::map<model::Release, model::Quarantine>& quarantine);

}  // namespace lavavisor::view
