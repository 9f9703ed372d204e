// Whether a request was meant for this machine under a name that only this machine has.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace lavavisor::http {

/// True for a Host header of localhost, 127.0.0.1 or [::1], with any port or none (a forwarded port
/// is another one); and for none at all, which no browser sends. Against DNS rebinding: there, a
/// browser is led here by a foreign name, and says it.
bool names_this_machine(std::string_view host);

}  // namespace lavavisor::http
