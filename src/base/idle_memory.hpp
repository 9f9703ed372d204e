// Giving memory back before a long rest.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lavavisor::base {

/// Let go of what the next work finds again by itself: free heap pages, and the pages of code and
/// constants that were mapped in from the program's and libraries' files (madvise(2),
/// MADV_DONTNEED; they stay in the page cache, and are mapped again at the next touch). Costs some
/// 0.1 ms now and as much then.
void release_idle_memory();

}  // namespace lavavisor::base
