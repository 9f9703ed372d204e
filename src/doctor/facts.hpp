// All that the judgement goes by; who gathers it is src/cli/doctor_facts.cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "model/host_facts.hpp"
#include "model/observed.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lavavisor::doctor {

/// Something that validate warns of.
struct ConfigWarning {
  std::string place;  ///< FILE:LINE
  std::string message;
  std::string hint;
};

/// A file that a key of the configuration names.
struct NamedFile {
  std::string key;
  model::PathFacts file;
};

/// The program of a hook.
struct HookProgram {
  std::string key;
  std::string word;
  bool found = false;  ///< and may be executed
};

/// What one endpoint said, and a request beside it to measure by.
struct EndpointFacts {
  base::Result<model::EndpointAnswer> answer;
  model::HttpLook look;
};

/// A user as whom services run.
struct UserFacts {
  bool exists = true;
  bool is_root = false;
  model::PathFacts home;  ///< path "" = none is known
};

struct BinaryFacts {
  model::Release release;
  model::PathFacts file;
  std::uint64_t size = 0;
  base::Result<model::Elf> elf;
  std::map<std::string, std::filesystem::path>
      blocked;  ///< user -> what keeps them from running it
};

/// An address that the configuration gives to something.
struct Address {
  std::string service;  ///< "" = lavavisor itself
  std::string origin;   ///< "network-address", "flags.metrics-listen-address", "health.tcp" ...
  std::string host;     ///< lower case; "" = every address
  unsigned port = 0;
  bool listens = true;  ///< false: it is only asked there (a health check)
};

/// The release that the chain asks for, and whether the place that it comes from answers.
struct ReleaseHost {
  model::Release release;
  std::string url;  ///< without secrets
  model::HttpLook look;
};

struct Facts {
  base::TimePoint now;
  std::string user;  ///< as whom all this was looked at
  bool is_root = false;

  std::vector<ConfigWarning> config_warnings;
  std::vector<NamedFile> named_files;   ///< that must be readable
  std::vector<NamedFile> secret_files;  ///< that nobody else may read
  std::vector<HookProgram> hooks;

  std::vector<EndpointFacts> endpoints;  ///< one per configured endpoint, in order
  model::ChainObservation chain;
  std::optional<bool> clock_synchronized;  ///< none: the kernel does not say

  base::Result<model::Volume> volume;
  std::vector<NamedFile> written;  ///< what lavavisor must be able to write; key = what it is
  std::vector<model::PathFacts>
      trusted;  ///< what decides what runs here: nobody else may change it

  base::Result<model::Memory> memory;
  std::optional<pid_t> lock_holder;  ///< the lavavisor that is at work; 0 = its pid is not known

  base::Result<model::ManagerFacts> manager;
  std::optional<bool> lingers;  ///< user scope: whether services outlive the login
  base::Result<std::map<std::string, model::Authorization>> polkit;  ///< by action; not for root
  base::Result<std::map<std::string, model::UnitState>> units;       ///< by service
  std::map<std::string, std::vector<std::filesystem::path>> exec_drop_ins;  ///< that set ExecStart=

  std::map<std::string, UserFacts> users;
  std::vector<Address> addresses;
  base::Result<std::vector<model::Listener>> listeners;

  base::Result<model::Elf> host_elf;  ///< our own program's: what this host runs
  base::Result<std::vector<BinaryFacts>> binaries;
  model::LinkState link;
  std::vector<std::filesystem::path> path_folders;     ///< of PATH, in order
  std::optional<std::filesystem::path> first_on_path;  ///< what the word `lavap` means there
  std::optional<ReleaseHost> release_host;             ///< none: nothing is to be downloaded
  std::vector<std::filesystem::path> go_commands;      ///< found, likeliest first
};

}  // namespace lavavisor::doctor
