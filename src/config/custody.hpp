// In whose hands the configuration and the directory are: who may change them decides what runs,
// for root as root.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/rights.hpp"
#include "config/findings.hpp"
#include "model/desired.hpp"

#include <cstddef>
#include <filesystem>

namespace lavavisor::config {

struct Environment;

/// Of one configuration that is loaded. Looked at are the configuration's files, those of the files
/// that they name which decide what runs or hold a secret, the directory with what is in it, and
/// every folder above all of them.
///
/// What everybody may write, or a group with others in it, is an error (a warning, where the
/// environment says so). So is what belongs to a user who is not trusted, but for these, who are
/// warned of, once each: the owner of the home D, of a configuration D/.lavavisor/config.toml; of
/// the directory, the users as whom the services run; and any, where no unit of the whole system is
/// written (scope other than "system").
class Custody {
 public:
  explicit Custody(const Environment& environment);

  /// Take in that `file` was opened, and that it `is` so.
  void take(const std::filesystem::path& file, const base::Ownership& is);

  /// Tell what is wrong with the files up to now, but for their owners, of whom the configuration
  /// has something to say. False when an error is among that.
  bool holds(Findings& findings);

  /// Look at all that `desired` names, and tell the rest.
  void judge(const model::Desired& desired, Findings& findings);

 private:
  void look_at_directory(const std::filesystem::path& directory);
  void tell(const base::Exposure& exposure, bool is_error, Findings& findings) const;
  void tell_owners(const model::Desired& desired, std::size_t of_configuration, Findings& findings);

  base::Rights m_rights;
  bool m_refuses;
  std::size_t m_told = 0;  ///< of the exposures
};

}  // namespace lavavisor::config
