// The real Go on small modules of the test's own, and programs that play a Go which misbehaves.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/go_compiler.hpp"

#include "adapters/process/go_places.hpp"
#include "adapters/process/identity.hpp"
#include "adapters/process/spawn.hpp"
#include "base/fd.hpp"
#include "base/sha256.hpp"
#include "unit/adapters/process/scripts.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <future>

namespace lavavisor::process {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* k_main =
    "package main\n\nimport \"os\"\n\n"
    "func main() {\n\tos.Stdout.WriteString(\"6.2.5\\n\")\n}\n";

/// A source folder and all that a build of it needs.
class Module {
 public:
  explicit Module(const std::string& go_mod = "module example.com/lava\n\ngo 1.18\n",
                  const std::string& package = "cmd/lavap") {
    fs::create_directories(m_source / package);
    write("go.mod", go_mod);
    write(package + "/main.go", k_main);
    request.release = {"6.2.5"};
    request.source = m_source;
    request.scratch = m_scripts.folder() / "upgrades/.v6.2.5.build/scratch";
    request.package = package;
    request.go = "go";
    request.staged = m_scripts.folder() / "upgrades/.v6.2.5.built";
    request.log = m_scripts.folder() / "upgrades/.v6.2.5.build.log";
    request.max_size = 1U << 30U;
    request.limit = 5min;
    fs::create_directories(m_scripts.folder() / "upgrades");
  }

  void write(const std::string& name, const std::string& content) const {
    EXPECT_TRUE(base::write_file_atomically(m_source / name, content));
  }

  /// A program that answers `go version` as Go does; for all else it does `lines`.
  void use_go(const std::string& lines, const std::string& version = "1.99.0") {
    request.go = m_scripts
                     .script("if [ \"$1\" = version ]; then echo go version go" + version +
                                 " linux/amd64; exit 0; fi\n" + lines,
                             "fake-go")
                     .string();
  }

  base::Result<ports::Compiled> compile(std::stop_token stop = {}) const {
    return GoCompiler{}.compile(request, std::move(stop));
  }

  std::string error() const {
    const auto compiled = compile();
    return compiled ? "" : compiled.error().message;
  }

  const Scripts& scripts() const { return m_scripts; }

  ports::CompileRequest request;

 private:
  Scripts m_scripts;
  fs::path m_source = m_scripts.folder() / "lava-6.2.5";
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(GoCompiler, BuildsAModuleWithTheRealGo) {
  const Module module;
  const auto compiled = module.compile();
  ASSERT_TRUE(compiled) << compiled.error().message;
  const auto& staged = module.request.staged;
  EXPECT_EQ(compiled->sha256, base::sha256_file(staged).value());
  EXPECT_EQ(compiled->size, fs::file_size(staged));
  EXPECT_EQ(fs::status(staged).permissions(), static_cast<fs::perms>(0755));
  EXPECT_FALSE(fs::exists(module.request.log));
  Command command;
  command.argv = {staged.string()};
  EXPECT_EQ(run(command, {}).out, "6.2.5\n");
  EXPECT_FALSE(has(base::read_file(staged, 1U << 30U).value(), module.request.source.string()))
      << "-trimpath";
}

TEST(GoCompiler, BuildsThePackageThatItIsToldTo) {
  Module module{"module example.com/lava\n\ngo 1.18\n", "cmd/lavad"};
  module.use_go("[ \"$8\" = ./cmd/lavad ] && echo built > \"$7\"");
  EXPECT_EQ(module.error(), "");
  Module wrong;
  wrong.request.package = "cmd/lavad";
  EXPECT_EQ(wrong.error(), "the source has no package cmd/lavad: set binary.build.package");
}

TEST(GoCompiler, TellsWhatDidNotCompileAndWhereAllOfItIs) {
  const Module module;
  module.write("cmd/lavap/main.go", "package main\n\nfunc main() { undefined_thing() }\n");
  const auto error = module.error();
  EXPECT_TRUE(has(error, "build ./cmd/lavap exited with status ")) << error;
  EXPECT_TRUE(has(error, "main.go:3:15: undefined: undefined_thing")) << error;
  EXPECT_TRUE(has(error, "(all of its output: " + module.request.log.string() + ")")) << error;
  EXPECT_FALSE(has(error, "\n"));
  EXPECT_TRUE(has(base::read_file(module.request.log).value(), "undefined_thing"));
  EXPECT_FALSE(fs::exists(module.request.staged));
}

TEST(GoCompiler, RefusesAGoThatIsTooOld) {
  const Module module{"module example.com/lava\n\ngo 1.99\n"};
  const auto error = module.error();
  EXPECT_TRUE(error.starts_with("go.mod asks for Go 1.99, ")) << error;
  EXPECT_TRUE(has(error, "/go is 1.")) << error;
  EXPECT_TRUE(error.ends_with(": install Go 1.99 or newer, or set binary.build.go")) << error;
  Module by_toolchain{"module x\n\ngo 1.21\n\ntoolchain go1.23.3\n"};
  by_toolchain.use_go("exit 1", "1.22.9");
  EXPECT_EQ(by_toolchain.error(),
            "go.mod asks for Go 1.23.3, " + by_toolchain.request.go +
                " is 1.22.9: install Go 1.23.3 or newer, or set binary.build.go");
}

TEST(GoCompiler, SaysWhenGoIsMissing) {
  Module module;
  module.request.go = "no-such-go";
  EXPECT_EQ(module.error(),
            "there is no 'no-such-go' in PATH, /usr/local/go/bin and /usr/lib/go-*/bin: install Go "
            "1.18 or newer, or set binary.build.go");
  Module at_path;
  at_path.request.go = "/nowhere/go";
  EXPECT_EQ(at_path.error(),
            "there is no executable /nowhere/go: install Go 1.18 or newer, or set binary.build.go");
}

TEST(GoCompiler, SaysWhatIsWrongWithTheSource) {
  EXPECT_EQ(Module{"module x\n"}.error(), "go.mod does not say which Go it asks for");
  const Module module;
  fs::remove(module.request.source / "go.mod");
  EXPECT_TRUE(module.error().starts_with("the source is no Go module: cannot read "));
}

TEST(GoCompiler, EndsABuildThatHangs) {
  Module module;
  module.use_go("echo building; sleep 1000 & wait");
  module.request.limit = 300ms;
  EXPECT_EQ(module.error(),
            module.request.go +
                " build ./cmd/lavap did not end within 300ms (binary.release.timeout): building "
                "(all of its output: " +
                module.request.log.string() + ")");
}

TEST(GoCompiler, EndsWhenAStopIsRequested) {
  Module module;
  const auto pipe = module.scripts().folder() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0666), 0);
  ASSERT_EQ(::chmod(pipe.c_str(), 0666), 0);
  module.use_go("echo at work > " + pipe.string() + "; sleep 1000");
  std::stop_source stop;
  auto compiled = std::async(std::launch::async, [&] { return module.compile(stop.get_token()); });
  const base::Fd reader{::open(pipe.c_str(), O_RDONLY | O_CLOEXEC)};
  char word = 0;
  ASSERT_EQ(::read(reader.get(), &word, 1), 1);  // it is at work
  stop.request_stop();
  const auto result = compiled.get();
  ASSERT_FALSE(result);
  EXPECT_TRUE(has(result.error().message, "was stopped")) << result.error().message;
}

TEST(GoCompiler, RunsGoWithoutPrivilegesAndWithAnEnvironmentOfItsOwn) {
  Module module;
  ::setenv("GOPROXY", "https://proxy.example", 1);
  ::setenv("SECRET_OF_OURS", "x", 1);
  module.use_go("id -un; pwd; env; echo \"$@\"; exit 1");
  EXPECT_NE(module.error(), "");
  ::unsetenv("GOPROXY");
  ::unsetenv("SECRET_OF_OURS");
  const auto log = base::read_file(module.request.log).value();
  const auto scratch = module.request.scratch.string();
  if (may_switch_user()) {
    EXPECT_TRUE(log.starts_with("nobody\n")) << log;
  }
  for (const auto& part : {module.request.source.string() + "\n",
                           "\nHOME=" + scratch + "\n",
                           "\nTMPDIR=" + scratch + "\n",
                           "\nGOCACHE=" + scratch + "/",
                           "\nGOPATH=" + scratch + "/",
                           "\nGOMODCACHE=" + scratch + "/",
                           std::string{"\nGOTOOLCHAIN=local\n"},
                           std::string{"\nGOPROXY=https://proxy.example\n"},
                           "\nbuild -trimpath -mod=readonly -modcacherw -buildvcs=false -o " +
                               scratch + "/lavap ./cmd/lavap\n"}) {
    EXPECT_TRUE(has(log, part)) << part << "\n" << log;
  }
  EXPECT_FALSE(has(log, "SECRET_OF_OURS"));
}

TEST(GoCompiler, TakesNothingOverButARegularFileOfItsOwn) {
  struct Row {
    const char* lines;  ///< "$7" is where the binary goes
    const char* error;
  };
  const Row rows[] = {
      {"ln -s /etc/passwd \"$7\"", "is not a regular file"},
      {"mkdir \"$7\"", "is not a regular file"},
      {"mkfifo \"$7\"", "is not a regular file"},
      {"echo x > \"$7\"; ln \"$7\" \"$7.2\"", "is not a regular file"},
      {"exit 0", "it left no binary at "},
      {"head -c 2000 /dev/zero > \"$7\"", "is larger than binary.release.max_size"},
  };
  for (const auto& row : rows) {
    Module module;
    module.use_go(row.lines);
    module.request.max_size = 1'000;
    EXPECT_TRUE(has(module.error(), row.error)) << row.lines << ": " << module.error();
    EXPECT_FALSE(fs::exists(fs::symlink_status(module.request.staged))) << row.lines;
  }
}

TEST(GoCompiler, ReplacesWhatStandsWhereTheBinaryGoes) {
  Module module;
  module.use_go("echo built > \"$7\"");
  const auto victim = module.scripts().file("victim", "here");
  fs::create_symlink(victim, module.request.staged);
  EXPECT_EQ(module.error(), "");
  EXPECT_EQ(base::read_file(module.request.staged).value(), "built\n");
  EXPECT_EQ(base::read_file(victim).value(), "here");
}

TEST(GoPlaces, PutPathFirstAndNameNoneTwice) {
  const Scripts scripts;
  const auto go = scripts.script("exit 0", "go");
  const std::string before = ::getenv("PATH");
  ::setenv(
      "PATH", (scripts.folder().string() + ":relative:" + scripts.folder().string()).c_str(), 1);
  const auto candidates = go_candidates("go");
  ::setenv("PATH", before.c_str(), 1);
  ASSERT_FALSE(candidates.empty());
  EXPECT_EQ(candidates.front(), go);
  EXPECT_EQ(std::count(candidates.begin(), candidates.end(), go), 1);
  EXPECT_EQ(go_candidates(go.string()), std::vector{go});
}

}  // namespace
}  // namespace lavavisor::process
