// A stop token behind an eventfd.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/wake.hpp"

#include <sys/eventfd.h>

namespace lavavisor::process {

Wake::Wake(std::stop_token stop)
    : m_event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      m_callback(std::move(stop), [fd = m_event.get()] { ::eventfd_write(fd, 1); }) {}

}  // namespace lavavisor::process
