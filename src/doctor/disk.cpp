// Room and kind of the file system that the directory is on.
// SPDX-License-Identifier: Apache-2.0
#include "base/quantity.hpp"
#include "doctor/sections.hpp"

#include <algorithm>
#include <cstdint>

namespace lavavisor::doctor {
namespace {

constexpr std::uint64_t k_usual_binary = 200ULL << 20U;  ///< lavap releases have 120 to 180 MiB
constexpr std::uint64_t k_reserve = 512ULL << 20U;
constexpr std::uint64_t k_files_of_an_upgrade = 20;
constexpr std::uint64_t k_file_reserve = 1'000;

/// The size of the newest release that is installed, else a usual one.
std::uint64_t next_size(const Desired& desired, const Facts& facts) {
  const auto usual = std::min(k_usual_binary, desired.binary.release.max_size);
  return !facts.binaries || facts.binaries->empty() ? usual : facts.binaries->back().size;
}

/// How many more binaries will be there than now.
std::uint64_t copies_to_come(const Desired& desired, const Facts& facts) {
  const std::uint64_t wanted = desired.binary.keep + 1ULL;
  const std::uint64_t there = facts.binaries ? facts.binaries->size() : 0;
  return wanted > there ? wanted - there : 1;
}

Check space(const Desired& desired, const Facts& facts) {
  const About about{"disk.space", desired.directory.string()};
  const auto& volume = *facts.volume;
  const auto size = next_size(desired, facts);
  const auto comfortable = std::max(k_reserve, copies_to_come(desired, facts) * size);
  const auto free = base::format_size(volume.free) + " free";
  const Mend mend{"free some space, or lower binary.keep and remove old releases",
                  "df -h " + quoted(desired.directory.string())};
  if (volume.free < size) {
    return about.problem(free + ", and one release needs " + base::format_size(size), mend);
  }
  return volume.free < comfortable
             ? about.warning(free + "; " + base::format_size(comfortable) + " would be comfortable",
                             mend)
             : about.ok(free);
}

Check inodes(const Desired& desired, const Facts& facts) {
  const About about{"disk.inodes", desired.directory.string()};
  const auto& volume = *facts.volume;
  if (volume.inodes == 0) {
    return about.ok("no limit on the number of files");
  }
  const auto left = "room for " + std::to_string(volume.free_inodes) + " more files";
  const Mend mend{"remove what has many small files",
                  "df -i " + quoted(desired.directory.string())};
  if (volume.free_inodes < k_files_of_an_upgrade) {
    return about.problem(left, mend);
  }
  return volume.free_inodes < k_file_reserve ? about.warning(left, mend) : about.ok(left);
}

Check kind(const Desired& desired, const Facts& facts) {
  const auto directory = desired.directory.string();
  const About about{"disk.mount", directory};
  const auto look = "findmnt --target " + quoted(directory);
  if (facts.volume->read_only) {
    return about.problem("is on a file system that is mounted read-only",
                         {"mount it read-write, or choose another directory", look});
  }
  if (facts.volume->no_exec) {
    return about.problem("is on a file system that is mounted noexec: no binary there can run",
                         {"mount it without noexec, or choose another directory", look});
  }
  return facts.volume->in_memory ? about.warning("is in memory, and lost at a reboot",
                                                 {"choose a directory on a disk", look})
                                 : about.ok("is on a disk, and programs may run from there");
}

}  // namespace

Checks check_disk(const Desired& desired, const Facts& facts) {
  if (!facts.volume) {
    return {About{"disk.space", desired.directory.string()}.skipped(facts.volume.error().message,
                                                                    {"look as root"})};
  }
  return {space(desired, facts), inodes(desired, facts), kind(desired, facts)};
}

}  // namespace lavavisor::doctor
