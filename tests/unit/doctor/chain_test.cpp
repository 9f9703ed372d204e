// One thing spoilt at a time: the configuration, the endpoints, the clock.
// SPDX-License-Identifier: Apache-2.0
#include "rows.hpp"

#include <chrono>

namespace lavavisor::doctor {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(CheckUp, JudgesTheConfiguration) {
  expect_rows({
      {"a warning of validate",
       [](Scene& s) {
         s.facts.config_warnings = {{"c.toml:3", "is open", "close it"}};
       },
       "config.warning",
       Verdict::warning,
       "is open",
       "close it"},
      {"a named file is missing",
       [](Scene& s) {
         auto file = path_facts("/etc/ca.pem", false);
         file.exists = false;
         s.facts.named_files = {{"binary.release.ca_file", file}};
       },
       "config.file",
       Verdict::problem,
       "/etc/ca.pem, which is not there",
       "binary.release.ca_file"},
      {"a named file can't be looked at",
       [](Scene& s) {
         auto file = path_facts("/etc/ca.pem", false);
         file.trouble = "permission denied";
         s.facts.named_files = {{"binary.release.ca_file", file}};
       },
       "config.file",
       Verdict::skipped,
       "permission denied",
       "root"},
      {"a hook that is not there",
       [](Scene& s) {
         s.facts.hooks = {{"hooks.pre_upgrade", "/opt/drain", false}};
       },
       "config.hook",
       Verdict::problem,
       "/opt/drain",
       "no upgrade begins"},
  });
}

TEST(CheckUp, JudgesEndpoints) {
  expect_rows({
      {"it is down",
       [](Scene& s) {
         distrust(s, "connection refused");
         s.facts.endpoints[0].answer = base::fail("connection refused");
         s.facts.endpoints[0].look.status = base::fail("connection refused");
       },
       "chain.endpoint",
       Verdict::problem,
       "connection refused",
       "curl -sS http://127.0.0.1:26657/status"},
      {"it serves another network",
       [](Scene& s) {
         distrust(s, "it serves network 'x', not 'lava-testnet-2'");
         s.facts.endpoints[0].answer->network = "x";
       },
       "chain.endpoint",
       Verdict::problem,
       "network 'x'",
       "correct chain.id"},
      {"it is catching up",
       [](Scene& s) {
         distrust(s, "it is still catching up with the chain");
         s.facts.endpoints[0].answer->catching_up = true;
       },
       "chain.endpoint",
       Verdict::problem,
       "catching up",
       "wait"},
      {"its blocks are old",
       [](Scene& s) {
         distrust(s, "its newest block is 10m old");
         s.facts.endpoints[0].answer->block_time = k_now - hours{1};
       },
       "chain.endpoint",
       Verdict::problem,
       "10m old",
       "stands still"},
      {"it asks for nonsense",
       [](Scene& s) { distrust(s, "provider_min 7.0.0 is above provider_target 6.2.5"); },
       "chain.endpoint",
       Verdict::problem,
       "above",
       "another endpoint"},
      {"too few agree",
       [](Scene& s) { distrust(s, "no"); },
       "chain.agreement",
       Verdict::problem,
       "no endpoint is believed (quorum 1)",
       "last known"},
      {"one of two is down",
       [](Scene& s) {
         add_endpoint(s, "https://b", "https://b");
         s.facts.chain.endpoints[1].said = base::fail("no answer within 5s");
         s.facts.endpoints[1].answer = base::fail("no answer within 5s");
       },
       "chain.endpoint",
       Verdict::warning,
       "no answer within 5s",
       "https://b/status"},
      {"one of three is outvoted",
       [](Scene& s) {
         add_endpoint(s, "https://b", "https://b");
         s.facts.chain.endpoints[1].said->provider.target = {7, 0, 0};
       },
       "chain.endpoint",
       Verdict::warning,
       "it says provider target 7.0.0",
       "differs"},
      {"it is slow",
       [](Scene& s) { s.facts.endpoints[0].look.took = milliseconds{2'600}; },
       "chain.latency",
       Verdict::warning,
       "answered in 2s600ms",
       "chain.timeout"},
      {"its certificate ends soon",
       [](Scene& s) {
         add_endpoint(s, "https://b", "https://b");
         s.facts.endpoints[1].look.certificate_ends = k_now + hours{24 * 13};
       },
       "chain.certificate",
       Verdict::warning,
       "ends at 2026-12-05",
       "renew"},
      {"its certificate is good for long",
       [](Scene& s) {
         add_endpoint(s, "https://b", "https://b");
         s.facts.endpoints[1].look.certificate_ends = k_now + hours{24 * 15};
       },
       "chain.certificate",
       Verdict::ok,
       "good until 2026-12-07",
       ""},
  });
}

TEST(CheckUp, JudgesTheClock) {
  expect_rows({
      {"some seconds ahead",
       [](Scene& s) {
         s.facts.endpoints[0].look.date = k_now - seconds{10};
         s.facts.release_host.reset();
       },
       "clock.offset",
       Verdict::warning,
       "is 9s ahead of",
       "timedatectl set-ntp true"},
      {"minutes behind",
       [](Scene& s) {
         s.facts.endpoints[0].look.date = k_now + seconds{120};
         s.facts.release_host.reset();
       },
       "clock.offset",
       Verdict::problem,
       "is 2m behind",
       "set the clock"},
      {"within the grain of a Date header",
       [](Scene& s) {
         s.facts.endpoints[0].look.date = k_now - seconds{3};
         s.facts.release_host.reset();
       },
       "clock.offset",
       Verdict::ok,
       "agrees",
       ""},
      {"one of three is wrong",
       [](Scene& s) {
         add_endpoint(s, "https://b", "http://b");
         s.facts.endpoints[1].look.date = k_now - hours{5};
       },
       "clock.offset",
       Verdict::ok,
       "agrees",
       ""},
      {"nobody told the time",
       [](Scene& s) {
         s.facts.endpoints[0].look.date.reset();
         s.facts.release_host.reset();
       },
       "clock.offset",
       Verdict::skipped,
       "nobody",
       ""},
      {"nothing keeps it right",
       [](Scene& s) { s.facts.clock_synchronized = false; },
       "clock.synchronized",
       Verdict::warning,
       "not synchronized",
       "chrony"},
      {"the kernel does not say",
       [](Scene& s) { s.facts.clock_synchronized.reset(); },
       "clock.synchronized",
       Verdict::skipped,
       "does not say",
       ""},
  });
}

}  // namespace
}  // namespace lavavisor::doctor
