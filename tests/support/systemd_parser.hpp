// systemd's own reading of a unit, in this process: what it would execute, and with which
// variables. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lavavisor::support {

/// A line "Key=value" as systemd saw it, its continuations joined.
struct UnitLine {
  std::string section;
  std::string key;
  std::string value;

  bool operator==(const UnitLine&) const = default;
};

struct UnderstoodUnit {
  std::vector<UnitLine> lines;
  std::vector<std::string> command;  ///< of the last ExecStart=: the program's path, its arguments
  std::vector<std::string> environment;  ///< "NAME=value", as Environment= lines make it
  std::vector<std::string> refused;      ///< keys whose value systemd refuses
};

/// The parser of the systemd that is installed here, loaded from its private libraries.
class SystemdParser {
 public:
  /// None, and a sentence on standard error, where systemd's libraries are not those that we know.
  static std::unique_ptr<SystemdParser> open();

  virtual ~SystemdParser() = default;
  virtual UnderstoodUnit read(std::string_view unit_text) = 0;
};

}  // namespace lavavisor::support
