// The table of every key of the configuration: what it takes, its default, its words.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::config {

enum class Need {
  optional,
  required,
  later,  ///< its feature is still to come: only the default is taken
};

struct KeyInfo {
  std::string path;    ///< "binary.release.url", "service[].health.settle", "service[].env.*"
  std::string type;    ///< string, path, url, duration, size, integer, boolean, word, list ...
  std::string preset;  ///< the default as text; for lists "[]"; "" for a required key
  std::vector<std::string> words;  ///< of a key of type "word": all that it may be
  Need need = Need::optional;
};

/// Every key, table by table. "*" stands for a name that the operator chooses.
const std::vector<KeyInfo>& known_keys();

/// The row of `path`; null when there is none.
const KeyInfo* find_key(std::string_view path);

/// The keys that the table at `path` ("" = the top) may hold, and the tables in it, in order.
const std::vector<std::string>& keys_of(std::string_view path);

/// The tables that have a key of this name, as the operator writes them ("[binary]").
std::vector<std::string> tables_with(std::string_view key);

}  // namespace lavavisor::config
