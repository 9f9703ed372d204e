// The binary is held before the process of the run before is told to end.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/child_run.hpp"

#include "model/running.hpp"

#include <sys/stat.h>

#include <utility>

namespace lavavisor::process {
namespace {

using base::Result;

bool is_another_file(const Hold& held, const model::Path& path) {
  struct stat now {};
  struct stat then {};
  return ::fstat(held.fd(), &then) == 0 && (::stat(path.c_str(), &now) != 0 ||
                                            now.st_ino != then.st_ino || now.st_dev != then.st_dev);
}

}  // namespace

Result<ReadyRun> make_ready(const std::string& unit_text,
                            const model::Path& directory,
                            const std::vector<std::string>& command,
                            LavapStart start) {
  const auto release =
      model::parse_release(model::unit_value(unit_text, "X-Lavavisor", "Release").value_or(""));
  if (!release) {
    return base::fail("no release is chosen yet");
  }
  const auto program = model::binary_file(directory, *release);
  auto binary = hold(program);
  if (!binary) {
    return tl::make_unexpected(binary.error());
  }
  start.argv = {program.string()};
  start.argv.insert(start.argv.end(), command.begin(), command.end());
  ReadyRun ready{{}, std::move(*binary), std::move(start)};
  ready.seen.exe = program;
  ready.seen.unit_digest = model::unit_value(unit_text, "X-Lavavisor", "Digest").value_or("");
  return ready;
}

Result<ChildRun> launch(ReadyRun ready,
                        const std::vector<int>& ignored_signals,
                        ports::Clock& clock) {
  const auto pid = start_lavap(ready.start, ignored_signals);
  if (!pid) {
    return tl::make_unexpected(pid.error());
  }
  ready.seen.pid = *pid;
  ready.seen.started_at = clock.now();
  return ChildRun{*pid, std::move(ready.seen), clock.steady(), std::move(ready.binary)};
}

model::Process seen_now(const ChildRun& run) {
  model::Process seen = run.seen;
  seen.exe_replaced = is_another_file(run.binary, run.seen.exe);
  return seen;
}

}  // namespace lavavisor::process
