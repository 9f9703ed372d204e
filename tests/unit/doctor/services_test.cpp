// One thing spoilt at a time: users, ports, binaries and where they come from.
// SPDX-License-Identifier: Apache-2.0
#include "rows.hpp"

namespace lavavisor::doctor {
namespace {

TEST(CheckUp, JudgesUsersAndPorts) {
  expect_rows({
      {"a user is missing",
       [](Scene& s) { s.facts.users["lava"].exists = false; },
       "services.user",
       Verdict::problem,
       "does not exist",
       "useradd --system --create-home --shell /usr/sbin/nologin lava"},
      {"a service runs as root",
       [](Scene& s) { s.facts.users["lava"].is_root = true; },
       "services.user",
       Verdict::warning,
       "is root",
       "another user"},
      {"a home is missing",
       [](Scene& s) { s.facts.users["lava"].home.exists = false; },
       "services.home",
       Verdict::problem,
       "/home/lava is not there",
       "install -d -o lava"},
      {"another process has the port",
       [](Scene& s) {
         s.facts.listeners->front() = {"0.0.0.0", 2'201, 0, 99, "nginx", "nginx.service"};
       },
       "ports.address",
       Verdict::problem,
       "127.0.0.1:2201 is taken by nginx (pid 99) of nginx.service",
       "ss -ltnp sport = :2201"},
      {"somebody has the port, and the service is down",
       [](Scene& s) {
         s.facts.units->at("consumer-near").service->process.reset();
         s.facts.listeners->front() = {"::", 2'201, 1'000, 0, "", ""};
       },
       "ports.address",
       Verdict::problem,
       "taken by a process of user 1000",
       "another port"},
      {"whose it is is not to be seen",
       [](Scene& s) { s.facts.listeners->front().pid = 0; },
       "ports.address",
       Verdict::skipped,
       "can't be seen",
       ""},
      {"another address of the same port",
       [](Scene& s) {
         s.facts.listeners->front() = {"127.0.0.2", 2'201, 0, 99, "nginx", ""};
       },
       "ports.address",
       Verdict::ok,
       "127.0.0.1:2201 is free",
       ""},
      {"two want the same",
       [](Scene& s) {
         s.facts.listeners->clear();
         s.facts.addresses[1] = {"consumer-near", "--metrics-listen-address", "", 2'200, true};
       },
       "ports.address",
       Verdict::problem,
       "is wanted by consumer-near --metrics-listen-address, too",
       "another port"},
      {"lavavisor's own page",
       [](Scene& s) {
         s.facts.addresses = {{"", "metrics.listen", "127.0.0.1", 9'642, true}};
         s.facts.listeners = {{{"127.0.0.1", 9'642, 0, 5, "lavavisor", "lavavisor.service"}}};
       },
       "ports.address",
       Verdict::ok,
       "127.0.0.1:9642 is its own",
       ""},
      {"the health check asks somebody else",
       [](Scene& s) {
         s.facts.addresses = {{"provider-eth1", "health.tcp", "localhost", 22, false}};
         s.facts.listeners = {{{"0.0.0.0", 22, 0, 9, "sshd", "ssh.service"}}};
       },
       "ports.address",
       Verdict::problem,
       "taken by sshd",
       "another port"},
      {"the kernel does not tell",
       [](Scene& s) { s.facts.listeners = base::fail("the kernel does not tell"); },
       "ports.address",
       Verdict::skipped,
       "does not tell",
       ""},
  });
}

TEST(CheckUp, JudgesBinariesAndTheirSources) {
  expect_rows({
      {"built for another machine",
       [](Scene& s) { s.facts.binaries->front().elf->machine = 183; },
       "binaries.program",
       Verdict::problem,
       "is built for AArch64, 64 bits, and this host is x86-64",
       "rm /var/lib/lavavisor/upgrades/v6.2.5/lavap"},
      {"of another word size",
       [](Scene& s) { s.facts.binaries->front().elf->word_size = 32; },
       "binaries.program",
       Verdict::problem,
       "32 bits",
       "this host"},
      {"for another C library",
       [](Scene& s) {
         s.facts.binaries->front().elf->interpreter = "/lib/ld-musl-x86_64.so.1";
         s.facts.binaries->front().elf->interpreter_missing = true;
       },
       "binaries.program",
       Verdict::problem,
       "ld-musl-x86_64.so.1",
       "for this host"},
      {"no program at all",
       [](Scene& s) { s.facts.binaries->front().elf = base::fail("is no ELF program"); },
       "binaries.program",
       Verdict::problem,
       "is no ELF program",
       "remove it"},
      {"unreadable for us",
       [](Scene& s) {
         s.facts.binaries->front().elf = base::fail("can't be opened");
         s.facts.binaries->front().file.readable = false;
       },
       "binaries.program",
       Verdict::skipped,
       "can't be read",
       "root"},
      {"not executable",
       [](Scene& s) { s.facts.binaries->front().file.mode = 0644; },
       "binaries.program",
       Verdict::problem,
       "not executable",
       "chmod 0755"},
      {"closed to its user",
       [](Scene& s) {
         s.facts.binaries->front().blocked = {{"lava", "/root"}};
       },
       "binaries.program",
       Verdict::problem,
       "user lava can't run it: /root is closed",
       "chmod o+x /root"},
      {"nothing is installed, and nothing will be",
       [](Scene& s) {
         s.facts.binaries->clear();
         s.desired.binary.auto_download = false;
         s.facts.release_host.reset();
       },
       "binaries.program",
       Verdict::problem,
       "none is installed",
       "auto_download = true"},
      {"a foreign link",
       [](Scene& s) {
         s.facts.link = {std::nullopt, "/usr/local/bin/lavap is a file"};
       },
       "binaries.link",
       Verdict::problem,
       "is a file",
       "binary.link"},
      {"the link is not in PATH",
       [](Scene& s) { s.facts.path_folders = {"/usr/bin"}; },
       "binaries.path",
       Verdict::warning,
       "no folder of PATH",
       "export PATH=/usr/local/bin:$PATH"},
      {"another lavap comes first",
       [](Scene& s) { s.facts.first_on_path = "/root/go/bin/lavap"; },
       "binaries.path",
       Verdict::warning,
       "/root/go/bin/lavap",
       "command -v lavap"},
      {"the release host is down, what it has is here",
       [](Scene& s) { s.facts.release_host->look.status = base::fail("no answer within 5s"); },
       "sources.release",
       Verdict::warning,
       "no answer within 5s; it is installed already",
       "curl -sSIL"},
      {"the release is not there",
       [](Scene& s) {
         s.facts.release_host->release = {"6.3.0"};
         s.facts.release_host->look.status = 404;
       },
       "sources.release",
       Verdict::problem,
       "answered HTTP status 404",
       "curl -sSIL"},
      {"Go is missing where it builds",
       [](Scene& s) {
         s.desired.binary.method = model::Method::build;
         s.desired.binary.build.go = "go";
       },
       "sources.go",
       Verdict::problem,
       "is not found",
       "go.dev/dl"},
      {"Go is missing where it may build",
       [](Scene& s) {
         s.desired.binary.method = model::Method::automatic;
         s.desired.binary.build.go = "go";
       },
       "sources.go",
       Verdict::warning,
       "is not found",
       "go.dev/dl"},
      {"Go is there",
       [](Scene& s) {
         s.desired.binary.method = model::Method::build;
         s.facts.go_commands = {"/usr/local/go/bin/go"};
       },
       "sources.go",
       Verdict::ok,
       "/usr/local/go/bin/go",
       ""},
  });
}

}  // namespace
}  // namespace lavavisor::doctor
