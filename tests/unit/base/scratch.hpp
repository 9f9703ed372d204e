// A folder of its own for one test, removed when the test ends.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <stdlib.h>
#include <sys/mount.h>

#include <filesystem>
#include <string>

namespace lavavisor::base {

class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "lavavisor-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      ADD_FAILURE() << "no scratch folder";
    }
    m_path = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::filesystem::path& path() const { return m_path; }

  /// How many entries it has.
  auto entries() const {
    return std::distance(std::filesystem::directory_iterator{m_path},
                         std::filesystem::directory_iterator{});
  }

 private:
  std::filesystem::path m_path;
};

/// A tmpfs over a folder for the time of one test; needs root and mount(2).
class SmallDisk {
 public:
  explicit SmallDisk(std::filesystem::path folder,
                     unsigned long flags = 0,
                     const char* options = "size=64k")
      : m_folder(std::move(folder)),
        m_mounted(::mount("tmpfs", m_folder.c_str(), "tmpfs", flags, options) == 0) {}
  ~SmallDisk() {
    if (m_mounted) {
      ::umount2(m_folder.c_str(), MNT_DETACH);
    }
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return m_mounted; }

  /// Let nothing be written to it from now on.
  bool make_read_only() const {
    return ::mount(nullptr, m_folder.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  }

 private:
  std::filesystem::path m_folder;
  bool m_mounted;
};

}  // namespace lavavisor::base
