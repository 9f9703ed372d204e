// An open file description lock: unlike flock(2)'s and POSIX's, others can ask for it without
// taking it.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/hold.hpp"

#include "base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace lavavisor::process {

base::Result<Hold> hold(const model::Path& binary) {
  const auto cannot = [&binary](const std::string& why) {
    return base::fail("cannot hold " + binary.string() + ": " + why);
  };
  base::Fd file{::open(binary.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat found {};
  if (!file || ::fstat(file.get(), &found) != 0) {
    return cannot(base::errno_text(errno));
  }
  if (!S_ISREG(found.st_mode)) {
    return cannot("it is not a regular file");
  }
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(file.get(), F_OFD_SETLK, &lock) != 0) {
    return cannot(base::errno_text(errno));
  }
  return Hold{std::move(file)};
}

}  // namespace lavavisor::process
