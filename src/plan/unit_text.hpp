// The text of a service's unit, escaped as systemd.service(5) and systemd.exec(5) ask.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::plan {

/// Where in a command line a word stands: in the first one systemd expands no variables.
enum class Word { program, argument };

/// One word of ExecStart=, quoted where it must be; %, $, \ and quotes keep their plain meaning
/// (systemd.service(5), COMMAND LINES).
std::string escape_word(std::string_view word, Word place);

/// The words that the service runs as: the release's binary, its subcommand and its flags.
std::vector<std::string> command_line(const model::Desired& desired,
                                      const model::Service& service,
                                      const model::Release& release);

/// The whole unit of `service` when it runs `release`. It carries its ownership ("# Managed by
/// lavavisor", [X-Lavavisor]) and a digest of itself and of the service's lavap YAML, which the
/// process gets as LAVAVISOR_UNIT: so it can be told from outside which text a process runs by.
std::string unit_text(const model::Desired& desired,
                      const model::Service& service,
                      const model::Release& release);

/// The digest that a text made by unit_text carries in LAVAVISOR_UNIT and Digest=; "" = none.
std::string digest_in(std::string_view unit_text);

/// The same as digest_in(made) == `digest`, which is not "", for a text that unit_text just made.
bool is_signed_with(std::string_view made, std::string_view digest);

/// True when `unit_text` is what lavavisor once wrote, unchanged since.
bool is_untouched(std::string_view unit_text);

}  // namespace lavavisor::plan
