// `lavavisor verify`: hash every installed binary anew and hold it against what was recorded.
// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/host.hpp"
#include "cli/session.hpp"
#include "model/layout.hpp"
#include "view/verification.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace lavavisor::cli {
namespace {

view::Verification check(const model::Desired& desired,
                         ports::BinaryInventory& inventory,
                         const model::BinaryRecord& record) {
  const auto path = model::binary_file(desired.directory, record.release);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return {record.release, view::Verdict::missing, record.sha256, {}};
  }
  const auto digest = inventory.hash(path);
  if (!digest) {
    return {record.release, view::Verdict::unreadable, record.sha256, digest.error().message};
  }
  const bool same = *digest == record.sha256;
  return {record.release,
          same ? view::Verdict::ok : view::Verdict::changed,
          record.sha256,
          same ? std::string{} : *digest};
}

}  // namespace

int verify(const Options& options) {
  return with_memory(
      options, [&options](const model::Desired& desired, const model::Memory& memory) {
        auto host = Host::for_reading(desired);
        std::vector<view::Verification> checks;
        for (const auto& [release, record] : memory.binaries) {
          checks.push_back(check(desired, host.sensors().binaries, record));
        }
        std::cout << view::verification_text(checks, view_screen(options));
        const bool all_ok = std::all_of(checks.begin(), checks.end(), [](const auto& verification) {
          return verification.verdict == view::Verdict::ok;
        });
        return static_cast<int>(all_ok ? k_success : k_failed);
      });
}

}  // namespace lavavisor::cli
