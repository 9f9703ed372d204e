// `go version`, then `go build`, both as an unprivileged user with folders of their own.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/go_compiler.hpp"

#include "adapters/process/build_log.hpp"
#include "adapters/process/built_file.hpp"
#include "adapters/process/go_places.hpp"
#include "adapters/process/go_version.hpp"
#include "adapters/process/identity.hpp"
#include "adapters/process/spawn.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <utility>

namespace lavavisor::process {
namespace {

using base::fail;
using base::Result;
using ports::CompileRequest;

constexpr std::uint64_t k_max_go_mod = 1U << 20U;
constexpr std::chrono::seconds k_version_limit{30};

/// What Go may learn from our environment.
constexpr std::array k_inherited{
    "GOPROXY",      "GOFLAGS",      "GOPRIVATE",  "GONOPROXY",   "GONOSUMDB",  "GONOSUMCHECK",
    "GOSUMDB",      "GOINSECURE",   "GOVCS",      "GOAMD64",     "GOARM64",    "GOMAXPROCS",
    "GOMEMLIMIT",   "CGO_ENABLED",  "CC",         "CXX",         "http_proxy", "https_proxy",
    "no_proxy",     "all_proxy",    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",   "ALL_PROXY",
    "SSL_CERT_DIR", "SSL_CERT_FILE"};

struct Toolchain {
  std::filesystem::path go;
  GoVersion version;
};

/// Everything that a run of Go is given.
struct Workshop {
  const CompileRequest& request;
  std::optional<Identity> identity;

  std::vector<std::string> environment(const std::filesystem::path& go) const {
    const char* ours = std::getenv("PATH");
    const std::string path = ours == nullptr ? "/usr/local/bin:/usr/bin:/bin" : ours;
    const std::string scratch = request.scratch.string();
    std::vector<std::string> all{
        "PATH=" + go.parent_path().string() + ":" + path,
        "HOME=" + scratch,
        "TMPDIR=" + scratch,
        "GOPATH=" + scratch + "/path",
        "GOMODCACHE=" + scratch + "/modules",
        "GOCACHE=" + scratch + "/cache",
        "GOTOOLCHAIN=local",
        "GOENV=off",
        "GOWORK=off",
        "LANG=C.UTF-8",
    };
    for (const char* name : k_inherited) {
      if (const char* value = std::getenv(name)) {
        all.push_back(std::string{name} + "=" + value);
      }
    }
    return all;
  }

  Command command(const std::filesystem::path& go, const std::vector<std::string>& words) const {
    Command command;
    command.argv = {go.string()};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    command.environment = environment(go);
    command.directory = request.scratch.string();
    command.identity = identity;
    command.confined = true;
    return command;
  }
};

/// Make the scratch folder, in nobody's hands but its user's.
Result<void> make_scratch(const Workshop& shop) {
  const auto& folder = shop.request.scratch;
  if (auto made = base::make_directories(folder.parent_path()); !made) {
    return made;
  }
  const bool is_made =
      ::mkdir(folder.c_str(), 0700) == 0 &&
      (!shop.identity || ::lchown(folder.c_str(), shop.identity->uid, shop.identity->gid) == 0);
  if (!is_made) {
    return fail("cannot create folder " + folder.string() + ": " + base::errno_text(errno));
  }
  return {};
}

/// The version of the Go at `go`, or what is wrong with it.
Result<GoVersion> version_of(const std::filesystem::path& go,
                             const Workshop& shop,
                             const std::stop_token& stop) {
  auto command = shop.command(go, {"version"});
  command.limit = k_version_limit;
  const auto finished = run(command, stop);
  const auto* exited = std::get_if<Exited>(&finished.end);
  if (exited == nullptr || exited->status != 0) {
    return fail(go.string() + " " + ending(finished, command.limit));
  }
  if (auto version = version_printed(finished.out)) {
    return std::move(*version);
  }
  return fail(go.string() + " names no version of Go but '" + last_line(finished.out) + "'");
}

std::string not_found(const std::string& go, const GoVersion& asked) {
  const bool is_path = go.find('/') != std::string::npos;
  return (is_path ? "there is no executable " + go
                  : "there is no '" + go + "' in PATH, /usr/local/go/bin and /usr/lib/go-*/bin") +
         ": install Go " + asked.text + " or newer, or set binary.build.go";
}

/// The first Go of this host that is new enough.
Result<Toolchain> find_toolchain(const Workshop& shop,
                                 const GoVersion& asked,
                                 const std::stop_token& stop) {
  std::vector<std::string> older;
  for (const auto& go : go_candidates(shop.request.go)) {
    const auto version = version_of(go, shop, stop);
    if (!version) {
      return tl::make_unexpected(version.error());
    }
    if (!version->is_older_than(asked)) {
      return Toolchain{go, *version};
    }
    older.push_back(go.string() + " is " + version->text);
  }
  if (older.empty()) {
    return fail(not_found(shop.request.go, asked));
  }
  return fail("go.mod asks for Go " + asked.text + ", " + base::join(older, ", ") +
              ": install Go " + asked.text + " or newer, or set binary.build.go");
}

std::vector<std::string> words_of_build(const CompileRequest& request,
                                        const GoVersion& version,
                                        const std::string& binary) {
  std::vector<std::string> words{"build", "-trimpath", "-mod=readonly", "-modcacherw"};
  static const GoVersion k_with_buildvcs{{1, 18, 0}, "1.18"};
  if (!version.is_older_than(k_with_buildvcs)) {
    words.emplace_back("-buildvcs=false");  // a repository above our folder is not the source's
  }
  words.insert(words.end(), {"-o", binary, "./" + request.package});
  return words;
}

Result<void> build(const Workshop& shop,
                   const Toolchain& toolchain,
                   const std::string& binary,
                   const std::stop_token& stop) {
  const auto& request = shop.request;
  const auto made = BuildLog::make(request.log);
  if (!made) {
    return tl::make_unexpected(made.error());
  }
  BuildLog& log = **made;
  auto command = shop.command(toolchain.go, words_of_build(request, toolchain.version, binary));
  command.directory = request.source.string();
  command.limit = request.limit;
  command.on_output = [&log](Stream stream, std::string_view bytes) {
    log.add(stream, bytes);
  };
  auto finished = run(command, stop);
  log.flush();
  const auto* exited = std::get_if<Exited>(&finished.end);
  if (exited != nullptr && exited->status == 0) {
    return {};
  }
  finished.err.clear();  // the log knows more
  const std::string how = ending(finished, request.limit);
  const bool overdue = std::holds_alternative<TimedOut>(finished.end);
  return fail(toolchain.go.string() + " build ./" + request.package + " " + how +
              (overdue ? " (binary.release.timeout)" : "") + log.summary());
}

Result<ports::Compiled> compile_with(const Workshop& shop, const std::stop_token& stop) {
  const auto& request = shop.request;
  const auto go_mod = base::read_file(request.source / "go.mod", k_max_go_mod);
  if (!go_mod) {
    return fail("the source is no Go module", go_mod.error());
  }
  const auto asked = version_asked_by(*go_mod);
  if (!asked) {
    return tl::make_unexpected(asked.error());
  }
  std::error_code error;
  if (!std::filesystem::is_directory(request.source / request.package, error)) {
    return fail("the source has no package " + request.package + ": set binary.build.package");
  }
  if (auto made = make_scratch(shop); !made) {
    return tl::make_unexpected(made.error());
  }
  const auto toolchain = find_toolchain(shop, *asked, stop);
  if (!toolchain) {
    return tl::make_unexpected(toolchain.error());
  }
  base::log_debug("building " + request.package + " with " + toolchain->go.string() + " " +
                  toolchain->version.text);
  const auto binary = request.scratch / "lavap";
  if (auto built = build(shop, *toolchain, binary.string(), stop); !built) {
    return tl::make_unexpected(built.error());
  }
  const auto taken = take_over(binary, request.staged, request.max_size);
  if (!taken) {
    return tl::make_unexpected(taken.error());
  }
  return ports::Compiled{.sha256 = taken->sha256, .size = taken->size};
}

}  // namespace

Result<ports::Compiled> GoCompiler::compile(const CompileRequest& request, std::stop_token stop) {
  auto identity = find_unprivileged(request.user);
  if (!identity) {
    return tl::make_unexpected(identity.error());
  }
  auto compiled = compile_with({request, std::move(*identity)}, stop);
  if (compiled) {
    std::error_code ignored;
    std::filesystem::remove(request.log, ignored);
  }
  return compiled;
}

}  // namespace lavavisor::process
