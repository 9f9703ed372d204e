// One process that stands in no file: the host's tables apply to it, the file's services do not.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/load.hpp"
#include "config/raw.hpp"

#include <filesystem>
#include <string>

namespace lavavisor::config {

class Findings;

/// A value; "" = none was given.
struct Given {
  std::string value;
  std::string by;  ///< what gave it; "" = a flag, which beats the file; all others do not
};

struct SingleProcess {
  std::string name;       ///< of the service that it becomes
  std::string directory;  ///< "" = the file's, else ~/.lavavisor
  Given chain_id;
  Given node;                  ///< takes the place of all chain.endpoints
  bool auto_download = false;  ///< true: whatever the file says
};

/// Read the tables of `config`, a file or a folder ("" = there is none, everything is at its
/// default), that are about the host: interval, directory, [chain], [binary], [rollout], [hooks],
/// [notify], [metrics] and [defaults.health]. All others, and the YAML files that they name, are
/// not even looked at.
///
/// Desired has one service then, of type custom with the command "lavap", in the scope of a user
/// without any link. chain.id may be missing; without an endpoint, lavap's own default is asked.
Loaded load_single(const std::filesystem::path& config,
                   const SingleProcess& process,
                   const Environment& environment);

/// `file`'s document as it would be if the operator had written it for `process` alone.
RawTable document_for(const SingleProcess& process, const RawTable& file, Findings& findings);

}  // namespace lavavisor::config
