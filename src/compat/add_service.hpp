// One service more in a config.toml, or other values for one that is there; the rest of the file
// stays byte for byte.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "model/desired.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace lavavisor::compat {

/// What the operator said of a provider or consumer; what is not said stays as it is.
struct ServiceDraft {
  std::string name;
  model::ServiceType type = model::ServiceType::provider;
  std::filesystem::path config;  ///< the lavap YAML, absolute
  std::string from;              ///< "" = not said, as below
  std::optional<unsigned> geolocation;
  std::string keyring_backend;
  std::string node;
  std::string log_level;
  std::string chain_id;  ///< has to be the file's
  std::optional<unsigned> parallel_connections;
  std::string user;
  bool create_link = false;  ///< units have to be linked, as they are unless the file says no
};

/// The file to be edited.
struct ConfigText {
  std::filesystem::path file;  ///< absolute: names it in messages, and relative paths start there
  std::string text;
  std::filesystem::path home;  ///< for paths that begin with ~/; "" = none is known
};

struct Edited {
  std::string text;
  bool changed = false;
};

/// Let `config` have the service of `draft`. One of that name gets the values that differ, each in
/// its place, and new keys behind its own; else a [[service]] comes at the file's end. What
/// [defaults] says already is not repeated. Line endings are the file's. Fails, with a place where
/// there is one and what to do: text that is no TOML, services written as an inline list, a name
/// used twice or by a service of another kind, another chain than the file's, units that are not to
/// be linked, and any edit that would change more than that service.
base::Result<Edited> add_service(const ConfigText& config, const ServiceDraft& draft);

}  // namespace lavavisor::compat
