// Tells every other lavavisor that a binary is being run and has to stay where it is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.hpp"
#include "base/result.hpp"
#include "model/layout.hpp"

#include <utility>

namespace lavavisor::process {

/// A shared lock on a binary (fcntl(2), F_OFD_SETLK), which any number may hold; whoever prunes
/// asks for it. It ends with this object, or with the process however it ends; it is no child's.
class Hold {
 public:
  /// Of the file that is held, open for reading.
  int fd() const { return m_file.get(); }

 private:
  friend base::Result<Hold> hold(const model::Path& binary);
  explicit Hold(base::Fd file) : m_file(std::move(file)) {}

  base::Fd m_file;
};

/// Hold the file at `binary` (where a link leads, if it is one). Fails when it is no regular file,
/// or can't be opened or locked.
base::Result<Hold> hold(const model::Path& binary);

}  // namespace lavavisor::process
