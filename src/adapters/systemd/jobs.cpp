// Jobs of systemd: sent together, and each awaited until systemd says how it ended.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/systemd/jobs.hpp"

#include "adapters/systemd/words.hpp"
#include "model/desired.hpp"

#include <sdbus-c++/sdbus-c++.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>

namespace lavavisor::systemd {

namespace {

using Kind = ports::Job::Kind;

/// A bound that only a job without any time limit of its own runs into.
constexpr std::chrono::minutes k_longest{10};
/// How long no news may last before the list of jobs is asked for.
constexpr std::chrono::seconds k_recheck{5};

/// One job on its way.
struct Sent {
  ports::Job job;
  std::string path;  ///< "" = not known (yet)
  std::optional<base::Result<void>> ended;
};

/// A row of ListJobs: id, unit, type, state, job's path, unit's path.
using JobRow = sdbus::Struct<std::uint32_t,
                             std::string,
                             std::string,
                             std::string,
                             sdbus::ObjectPath,
                             sdbus::ObjectPath>;

const char* method_of(Kind kind) {
  constexpr std::array<const char*, 3> k_methods{"StartUnit", "StopUnit", "RestartUnit"};
  return k_methods.at(static_cast<std::size_t>(kind));
}

/// Forget an earlier failure, so that a start limit does not stand in the way of this start.
void send_reset(Connection& connection, const ports::Job& job) {
  connection.send(
      {Connection::k_manager_path, Connection::k_manager, "ResetFailedUnit"},
      [&](sdbus::MethodCall& call) { call << model::unit_name(job.service); },
      [](sdbus::MethodReply*, const sdbus::Error*) {});
}

void send_job(Connection& connection, Sent& sent) {
  if (sent.job.kind != Kind::stop) {
    send_reset(connection, sent.job);
  }
  connection.send(
      {Connection::k_manager_path, Connection::k_manager, method_of(sent.job.kind)},
      [&](sdbus::MethodCall& call) { call << model::unit_name(sent.job.service) << "replace"; },
      [&sent](sdbus::MethodReply* reply, const sdbus::Error* error) {
        if (error == nullptr) {
          sdbus::ObjectPath path;
          *reply >> path;
          sent.path = path;
        } else if (sent.job.kind == Kind::stop && is_no_such_unit(*error)) {
          sent.ended = base::Result<void>{};
        } else {
          sent.ended = tl::make_unexpected(in_words(job_words(sent.job), *error));
        }
      });
}

/// A property of the job's unit, "" when there is none.
std::string unit_property(Connection& connection,
                          const ports::Job& job,
                          const char* interface,
                          const char* property) {
  std::string text;
  try {
    sdbus::ObjectPath path;
    connection.call(
        {Connection::k_manager_path, Connection::k_manager, "GetUnit"},
        [&](sdbus::MethodCall& call) { call << model::unit_name(job.service); },
        [&](sdbus::MethodReply& reply) { reply >> path; });
    connection.call(
        {path, "org.freedesktop.DBus.Properties", "Get"},
        [&](sdbus::MethodCall& call) { call << interface << property; },
        [&](sdbus::MethodReply& reply) {
          sdbus::Variant value;
          reply >> value;
          text = value.get<std::string>();
        });
  } catch (const sdbus::Error& error) {
    if (is_disconnection(error)) {
      throw;
    }
  }
  return text;
}

base::Result<void> judge(Connection& connection,
                         model::Scope scope,
                         const ports::Job& job,
                         const std::string& result) {
  if (result == "done") {
    return {};
  }
  const std::string unit_result =
      result == "failed"
          ? unit_property(connection, job, "org.freedesktop.systemd1.Service", "Result")
          : "";
  return tl::make_unexpected(job_failure(scope, job, result, unit_result));
}

std::set<std::string> jobs_left(Connection& connection) {
  std::vector<JobRow> rows;
  connection.call(
      {Connection::k_manager_path, Connection::k_manager, "ListJobs"},
      [](sdbus::MethodCall&) {},
      [&](sdbus::MethodReply& reply) { reply >> rows; });
  std::set<std::string> paths;
  for (const JobRow& row : rows) {
    paths.insert(std::get<4>(row));
  }
  return paths;
}

bool all_ended(const std::vector<Sent>& all) {
  return std::all_of(all.begin(), all.end(), [](const Sent& sent) { return bool{sent.ended}; });
}

void settle(Connection& connection,
            model::Scope scope,
            std::vector<Sent>& all,
            const JobResults& results) {
  for (Sent& sent : all) {
    const auto result = results.find(sent.path);
    if (!sent.ended && result != results.end()) {
      sent.ended = judge(connection, scope, sent.job, result->second);
    }
  }
}

/// What the unit's state says of a job whose end nobody told us.
std::string guessed_result(Connection& connection, const ports::Job& job) {
  const std::string active =
      unit_property(connection, job, "org.freedesktop.systemd1.Unit", "ActiveState");
  const bool runs = active == "active" || active == "reloading" || active == "activating";
  return runs == (job.kind != Kind::stop) ? "done" : "failed";
}

/// Give results to jobs that are gone though no signal said so.
void recheck(Connection& connection, const std::vector<Sent>& all, JobResults& results) {
  const auto left = jobs_left(connection);
  connection.process();
  for (const Sent& sent : all) {
    if (!sent.ended && left.count(sent.path) == 0 && results.count(sent.path) == 0) {
      results[sent.path] = guessed_result(connection, sent.job);
    }
  }
}

std::vector<base::Result<void>> outcome(std::vector<Sent>&& all) {
  std::vector<base::Result<void>> ends;
  for (Sent& sent : all) {
    ends.push_back(sent.ended ? std::move(*sent.ended)
                              : base::fail("cannot " + job_words(sent.job) +
                                           ": systemd has not ended the job within 10 minutes; "
                                           "look at 'systemctl list-jobs'"));
  }
  return ends;
}

}  // namespace

std::vector<base::Result<void>> run_jobs(Connection& connection,
                                         model::Scope scope,
                                         const std::vector<ports::Job>& jobs,
                                         JobResults& results) {
  results.clear();
  std::vector<Sent> all;
  for (const ports::Job& job : jobs) {
    all.push_back({job, "", std::nullopt});
  }
  for (Sent& sent : all) {
    send_job(connection, sent);
  }
  connection.flush();
  const auto deadline = Connection::Clock::now() + k_longest;
  settle(connection, scope, all, results);
  auto asked = Connection::Clock::now();
  while (!all_ended(all) && Connection::Clock::now() < deadline) {
    connection.wait(std::min(deadline, asked + k_recheck), -1);
    if (Connection::Clock::now() >= asked + k_recheck) {
      recheck(connection, all, results);
      asked = Connection::Clock::now();
    }
    settle(connection, scope, all, results);
  }
  return outcome(std::move(all));
}

}  // namespace lavavisor::systemd
