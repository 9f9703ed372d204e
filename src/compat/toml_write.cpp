// Values and tables as TOML text.
// SPDX-License-Identifier: Apache-2.0
#include "compat/toml_write.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace lavavisor::compat {

namespace {

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

std::string escaped(char c) {
  constexpr std::string_view k_hex = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  if (byte >= 0x20U && byte != 0x7fU) {
    return {c};
  }
  return std::string{"\\u00"} + k_hex[byte >> 4U] + k_hex[byte & 0xfU];
}

}  // namespace

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    out += escaped(c);
  }
  return out + "\"";
}

std::string toml_key(std::string_view name) {
  const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), is_bare);
  return bare ? std::string{name} : toml_string(name);
}

std::string toml_list(const std::vector<std::string>& items) {
  std::vector<std::string> texts;
  for (const std::string& item : items) {
    texts.push_back(toml_string(item));
  }
  return "[" + base::join(texts, ", ") + "]";
}

std::string toml_inline_table(const TomlEntries& entries) {
  std::vector<std::string> texts;
  for (const auto& [key, value] : entries) {
    texts.push_back(key + " = " + value);
  }
  return "{ " + base::join(texts, ", ") + " }";
}

std::string toml_lines(const TomlEntries& entries, std::string_view eol) {
  std::size_t widest = 0;
  for (const auto& entry : entries) {
    widest = std::max(widest, entry.first.size());
  }
  std::string out;
  for (const auto& [key, value] : entries) {
    out.append(key).append(widest - key.size(), ' ').append(" = ").append(value).append(eol);
  }
  return out;
}

}  // namespace lavavisor::compat
