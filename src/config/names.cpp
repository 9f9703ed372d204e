// The rules for names, each with the reason that it gives.
// SPDX-License-Identifier: Apache-2.0
#include "config/names.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <map>

namespace lavavisor::config {

namespace {

constexpr std::size_t k_longest_name = 200;  // systemd takes 255 with the suffix
constexpr std::size_t k_longest_user = 256;
constexpr std::size_t k_longest_chain_id = 50;
constexpr std::size_t k_longest_path = 4095;  // PATH_MAX and NAME_MAX of limits.h
constexpr std::size_t k_longest_step = 255;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool consists_of(std::string_view text, std::string_view punctuation) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alphanumeric(c) || punctuation.find(c) != std::string_view::npos;
  });
}

/// systemd takes no path of a program with one of these, however it is written (string_is_safe()).
bool is_unsafe_in_a_path(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f || c == '"' || c == '\'' || c == '\\';
}

/// True when `text`, which is UTF-8, holds a code point that stands for nothing and never will (The
/// Unicode Standard, 23.7): systemd takes no unit that has one.
bool holds_noncharacter(std::string_view text) {
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    const auto before = static_cast<unsigned char>(text[at - 1]);
    const auto byte = static_cast<unsigned char>(text[at]);
    const auto last = static_cast<unsigned char>(text[at + 1]);
    const bool ends_a_plane = byte == 0xbf && last >= 0xbe && last <= 0xbf &&
                              (before == 0xef || (before < 0xc0 && (before & 0x0fU) == 0x0f));
    const bool is_in_the_middle = before == 0xef && byte == 0xb7 && last >= 0x90 && last <= 0xaf;
    if (ends_a_plane || is_in_the_middle) {
      return true;
    }
  }
  return false;
}

bool is_too_long(std::string_view path) {
  const auto steps = base::split(path, '/');
  return path.size() > k_longest_path ||
         std::any_of(steps.begin(), steps.end(), [](std::string_view step) {
           return step.size() > k_longest_step;
         });
}

/// Flags that lavavisor writes itself, and the key that each has.
const std::map<std::string, std::string, std::less<>>& flags_with_keys() {
  static const std::map<std::string, std::string, std::less<>> table{
      {"from", "from"},
      {"geolocation", "geolocation"},
      {"chain-id", "chain.id"},
      {"keyring-backend", "keyring_backend"},
      {"node", "node"},
      {"log_level", "log_level"},
      {"log-level", "log_level"},
  };
  return table;
}

}  // namespace

Checked<std::string> check_text(std::string_view text) {
  const bool nul = text.find('\0') != std::string_view::npos;
  if (nul || text.find_first_of("\n\r") != std::string_view::npos) {
    return problem(nul ? "holds a NUL character" : "holds a line break",
                   "a value is one line of text");
  }
  if (holds_noncharacter(text)) {
    return problem("holds a code point that is no character", "such as U+FFFF: leave it out");
  }
  return std::string{text};
}

Checked<std::string> check_service_name(std::string_view name) {
  if (name.empty()) {
    return problem("is empty");
  }
  if (name.ends_with(".service")) {
    return problem(in_quotes(name) + " ends in .service",
                   "leave .service out: the unit is called so by itself");
  }
  if (!consists_of(name, ":_.-")) {
    return problem(in_quotes(name) + " is no name for a unit",
                   "use letters, digits and : _ . - only");
  }
  if (name.front() == '.' || name.front() == '-' || name.find("..") != std::string_view::npos) {
    return problem(in_quotes(name) + " is no name for a unit",
                   "it must not begin with . or -, nor hold two dots in a row");
  }
  if (name.size() > k_longest_name) {
    return problem("is " + std::to_string(name.size()) + " characters long, the limit is " +
                   std::to_string(k_longest_name));
  }
  return std::string{name};
}

Checked<std::string> check_chain_id(std::string_view id) {
  if (id.empty() || id.size() > k_longest_chain_id || id.find(' ') != std::string_view::npos) {
    return problem(in_quotes(id) + " is not a chain id",
                   "such as \"lava-mainnet-1\" or \"lava-testnet-2\"");
  }
  return std::string{id};
}

Checked<std::string> check_user(std::string_view name) {
  if (!consists_of(name, "_.-") || name.front() == '-' || name.front() == '.' ||
      name.size() > k_longest_user) {
    return problem(in_quotes(name) + " is not the name of a user");
  }
  return std::string{name};
}

Checked<std::string> check_variable(std::string_view name) {
  if (name == "LAVAVISOR_UNIT") {
    return problem("'LAVAVISOR_UNIT' is set by lavavisor itself");
  }
  if (!consists_of(name, "_") || (name.front() >= '0' && name.front() <= '9')) {
    return problem(in_quotes(name) + " is no name for an environment variable",
                   "use letters, digits and _, and no digit in front");
  }
  return std::string{name};
}

Checked<std::string> check_flag(std::string_view name) {
  const auto with_key = flags_with_keys().find(name);
  if (with_key != flags_with_keys().end()) {
    return problem("lavavisor sets --" + std::string{name} + " itself",
                   "use the key " + in_quotes(with_key->second));
  }
  if (name.starts_with('-')) {
    return problem(in_quotes(name) + " begins with a dash", "write the flag's name without dashes");
  }
  if (!consists_of(name, "_-")) {
    return problem(in_quotes(name) + " is no name for a flag", "use letters, digits, - and _ only");
  }
  return std::string{name};
}

Checked<std::string> check_unit_section(std::string_view name) {
  if (name == "X-Lavavisor") {
    return problem("[X-Lavavisor] is lavavisor's own section");
  }
  if (name != "Unit" && name != "Service" && name != "Install" &&
      !(name.starts_with("X-") && consists_of(name, "-"))) {
    return problem(in_quotes(name) + " is no section of a service unit", [&] {
      const std::string near = guess(name, {"Unit", "Service", "Install"});
      return near.empty() ? "sections are Unit, Service, Install and X-..." : near;
    }());
  }
  return std::string{name};
}

Checked<std::string> check_unit_key(std::string_view section, std::string_view key) {
  if (!consists_of(key, "-")) {
    return problem(in_quotes(key) + " is no key of a unit", "use letters, digits and - only");
  }
  if (section == "Service" && key == "ExecStart") {
    return problem("ExecStart is what lavavisor decides",
                   "use the keys command, flags and version of the service");
  }
  if (section == "Service" && key == "Type") {
    return problem("Type is what lavavisor decides", "lavap runs as Type=exec");
  }
  return std::string{key};
}

Checked<std::string> check_program(std::string_view word) {
  if (word == "lavap" || word.ends_with("/lavap")) {
    return std::string{word};
  }
  if (std::any_of(word.begin(), word.end(), is_unsafe_in_a_path) || is_too_long(word)) {
    return problem(in_quotes(word) + " is no program that systemd could run",
                   "its path must do without quotes, backslashes and control characters, and be no "
                   "longer than the kernel takes");
  }
  const bool is_path = word.starts_with('/') && !word.ends_with('/');
  const bool is_name = !word.empty() && word.find('/') == std::string_view::npos && word != "." &&
                       word != ".." && word != ";" &&
                       std::string_view{"-@:+!$"}.find(word.front()) == std::string_view::npos;
  if (!is_path && !is_name) {
    return problem(in_quotes(word) + " is no program that systemd could run",
                   "write its absolute path, without systemd's signs (- @ : + ! $) in front");
  }
  return std::string{word};
}

Checked<std::string> check_unit_value(std::string_view value) {
  const auto last = value.find_last_not_of('\\');
  const auto backslashes = last == std::string_view::npos ? value.size() : value.size() - last - 1;
  if (backslashes % 2 != 0) {
    return problem("ends in a backslash, which would make one line of it and of the next",
                   "leave it out, or write two");
  }
  return std::string{value};
}

Checked<std::string> check_sha256(std::string_view digest) {
  if (!base::is_sha256_hex(digest)) {
    return problem("is not a SHA-256 digest", "64 hexadecimal digits, as sha256sum prints them");
  }
  std::string lower{digest};
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

}  // namespace lavavisor::config
