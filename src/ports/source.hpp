// What turns the source of a release into its binary.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "model/desired.hpp"
#include "model/layout.hpp"

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

namespace lavavisor::ports {

class SourceArchive {
 public:
  virtual ~SourceArchive() = default;

  /// Unpack `archive` (zip or tar.gz) into `folder`, which is made. Takes regular files and folders
  /// only, none of which lies outside `folder`, up to bounds of count and total size; the archive
  /// has to hold exactly one top folder. The path of that one.
  virtual base::Result<model::Path> unpack(const model::Path& archive,
                                           const model::Path& folder,
                                           std::stop_token stop) = 0;

  /// Remove `folder` with all that is in it; one that is not there is fine.
  virtual void remove(const model::Path& folder) = 0;
};

struct CompileRequest {
  model::Release release;
  model::Path source;   ///< the folder with go.mod; only read
  model::Path scratch;  ///< made for the compiler's own files, and given to whom it runs as
  std::string package;  ///< folder of the main package below `source`
  std::string go;       ///< the Go command: a path, or a name to be looked for
  std::string user;    ///< for root: whom to compile as; nobody in place of "", root, a missing one
  model::Path staged;  ///< where the binary goes
  model::Path log;     ///< where all output of the compiler goes; stays only after a failure
  std::uint64_t max_size = 0;  ///< of the binary, bytes
  std::chrono::milliseconds limit{0};
};

struct Compiled {
  std::string sha256;  ///< of the binary
  std::uint64_t size = 0;
};

class Compiler {
 public:
  virtual ~Compiler() = default;

  /// Find a Go that is as new as go.mod's `go` and `toolchain` lines ask, build the package with
  /// it and put the binary to `request.staged`, mode 0755 and synced. A failure tells the last
  /// lines of the compiler's output and the log's path.
  virtual base::Result<Compiled> compile(const CompileRequest& request, std::stop_token stop) = 0;
};

}  // namespace lavavisor::ports
