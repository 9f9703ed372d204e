// What a compiler says: into a file for the operator, its end into the error, each line into our
// log at level debug.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/process/lines.hpp"
#include "adapters/process/spawn.hpp"
#include "base/fd.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace lavavisor::process {

class BuildLog {
 public:
  /// Begin `file` afresh; its folder must be there.
  static base::Result<std::unique_ptr<BuildLog>> make(const std::filesystem::path& file);

  BuildLog(const BuildLog&) = delete;
  BuildLog& operator=(const BuildLog&) = delete;

  /// The file takes the first 16 MiB.
  void add(Stream stream, std::string_view bytes);
  void flush();

  /// ": the last lines; of them (the whole output is in FILE)"; "" = there was no output.
  std::string summary() const;

 private:
  BuildLog(std::filesystem::path file, base::Fd fd);
  void keep(const std::string& line);

  std::filesystem::path m_file;
  base::Fd m_fd;
  std::uint64_t m_left = 16U << 20U;
  std::deque<std::string> m_last;
  Lines m_out;
  Lines m_err;
};

}  // namespace lavavisor::process
