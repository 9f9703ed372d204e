// Fragments of one configuration laid together.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/findings.hpp"
#include "config/raw.hpp"

namespace lavavisor::config {

/// Put the table `more` into the table `into`: tables become one, [[service]] lists follow each
/// other, and a key that both set is an error that names both places; the first one's stays.
void merge(Raw& into, Raw more, Findings& findings);

}  // namespace lavavisor::config
