// Small programs for the tests to run, in a folder that every user can reach.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/file.hpp"
#include "unit/base/scratch.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace lavavisor::process {

class Scripts {
 public:
  Scripts() { ::chmod(m_scratch.path().c_str(), 0755); }

  const std::filesystem::path& folder() const { return m_scratch.path(); }

  /// A file with that content.
  std::filesystem::path file(const std::string& name,
                             const std::string& content,
                             mode_t mode = 0755) const {
    const auto path = m_scratch.path() / name;
    EXPECT_TRUE(base::write_file_atomically(path, content, {.mode = mode, .group = {}}));
    return path;
  }

  /// A shell script.
  std::filesystem::path script(const std::string& lines, const std::string& name = "lavap") const {
    return file(name, "#!/bin/sh\n" + lines + "\n");
  }

  /// A folder into which every user may write.
  std::filesystem::path open_folder(const std::string& name) const {
    const auto path = m_scratch.path() / name;
    std::filesystem::create_directory(path);
    ::chmod(path.c_str(), 01777);
    return path;
  }

 private:
  base::Scratch m_scratch;
};

}  // namespace lavavisor::process
