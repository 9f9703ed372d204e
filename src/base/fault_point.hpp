// Boundaries between half-steps at which a test can let the process die.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lavavisor::base {

#ifdef LAVAVISOR_FAULT_POINTS
/// Test builds only: the n-th call in a process, n from the environment variable
/// LAVAVISOR_FAULT_POINT, ends the process with SIGKILL.
void fault_point();
#else
inline void fault_point() {}
#endif

}  // namespace lavavisor::base
