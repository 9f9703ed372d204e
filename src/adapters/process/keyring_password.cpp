// One line into a Secret, from wherever it comes, and out again through a pipe.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/keyring_password.hpp"

#include "adapters/process/terminal.hpp"
#include "base/file.hpp"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string>

namespace lavavisor::process {
namespace {

using base::fail;
using base::Result;

constexpr std::string_view k_prompt = "Please enter the keyring password:";
constexpr std::size_t k_longest = Secret::k_capacity - 2;

/// Nothing, or the signal that came first.
using Interrupted = std::optional<int>;

/// Read one line into `secret`, byte by byte, so that nothing behind it is taken. `source` names
/// where from.
Result<Interrupted> read_line(Secret& secret,
                              int in,
                              const HeldSignals& signals,
                              const std::string& source) {
  bool is_whole = false;
  while (!is_whole && !secret.is_full()) {
    if (const auto signal = signals.wait_for(in, POLLIN)) {
      return signal;
    }
    const ssize_t got = secret.read_byte(in);
    if (got < 0 && errno != EINTR && errno != EAGAIN) {
      return fail("the keyring password can't be read from " + source + ": " +
                  base::errno_text(errno));
    }
    if (got == 0 && secret.view().empty()) {
      return fail(source + " ended before a keyring password came");
    }
    is_whole = got == 0 || secret.drop('\n');
  }
  if (is_whole) {
    secret.drop('\r');
  }
  if (!is_whole || secret.view().size() > k_longest) {
    return fail("the keyring password from " + source + " is longer than " +
                std::to_string(k_longest) + " bytes");
  }
  return secret.view().empty() ? fail("the keyring password from " + source + " is empty")
                               : Result<Interrupted>{std::nullopt};
}

/// Write `text` unless a signal comes first; a terminal that can't be written to is no reason to
/// stop.
Interrupted say(const HeldSignals& signals, int err, std::string_view text) {
  const auto signal = signals.wait_for(err, POLLOUT);
  if (!signal && ::write(err, text.data(), text.size()) < 0) {
    return std::nullopt;
  }
  return signal;
}

/// Ask at a terminal. At the return it is as it was, and signals act again.
Result<Interrupted> ask(Secret& secret, int in, int err) {
  const HeldSignals signals;
  const SilentTerminal terminal{in};
  secret.clear();
  if (!terminal.is_silent()) {
    return fail("the terminal can't be kept from showing the keyring password");
  }
  if (const auto signal = say(signals, err, k_prompt)) {
    return signal;
  }
  const auto line = read_line(secret, in, signals, "the terminal");
  const auto signal = say(signals, err, "\n");
  return line && !*line ? Result<Interrupted>{signal} : line;
}

/// Read from what is no terminal; what came before a signal is kept.
Result<Interrupted> take(Secret& secret, int in, const std::string& source) {
  const HeldSignals signals;
  return read_line(secret, in, signals, source);
}

/// Do `attempt` until no stop comes between. A signal acts between two attempts.
template <class Attempt>
Result<Secret> read_secret(const Attempt& attempt) {
  auto secret = Secret::make();
  while (secret) {
    const Result<Interrupted> interrupted = attempt(*secret);
    if (!interrupted) {
      return tl::make_unexpected(interrupted.error());
    }
    if (!*interrupted) {
      break;
    }
    const int signal = **interrupted;
    ::kill(::getpid(), signal);  // what it would have done without us
    if (signal != SIGTSTP && signal != SIGCONT) {
      return fail("SIG" + std::string{::sigabbrev_np(signal)} +
                  " came while the keyring password was awaited");
    }
  }
  return secret;
}

Result<Secret> read_silently(int in, const std::string& source) {
  return read_secret([&](Secret& secret) { return take(secret, in, source); });
}

std::string mode_text(mode_t mode) {
  std::string text;
  for (int shift = 9; shift >= 0; shift -= 3) {
    text += static_cast<char>('0' + ((mode >> static_cast<unsigned>(shift)) & 7U));
  }
  return text;
}

/// Refuse an open file that somebody else may read.
Result<void> check_access(const base::Fd& file, const std::string& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) {
    return fail("keyring password file " + path + ": " + base::errno_text(errno));
  }
  if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) {
    return fail("keyring password file " + path + " is neither a regular file nor a pipe");
  }
  const bool is_ours = status.st_uid == ::geteuid();
  const bool by_others = (status.st_mode & S_IRWXO) != 0;
  const bool by_group = (status.st_mode & S_IRGRP) != 0 && is_ours;
  if (!by_others && !by_group) {
    return {};
  }
  return fail("keyring password file " + path + " may be read by " +
              (by_others ? "others" : "its group") + " (mode " + mode_text(status.st_mode) +
              "): run 'chmod " + (is_ours ? "600 " : "o= ") + path +
              "', or give a Kubernetes secret defaultMode: 0400");
}

}  // namespace

base::Result<Secret> prompt_for_password(int in, int err) {
  if (::isatty(in) != 1) {
    return read_silently(in, "standard input");
  }
  return read_secret([=](Secret& secret) { return ask(secret, in, err); });
}

base::Result<Secret> password_from_file(const std::filesystem::path& path) {
  if (path == "-") {
    return prompt_for_password(STDIN_FILENO, STDERR_FILENO);
  }
  // Not blocking: a named pipe's writer is awaited where signals are heard.
  const base::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
  if (!file) {
    return fail("keyring password file " + path.string() + ": " + base::errno_text(errno));
  }
  if (const auto allowed = check_access(file, path.string()); !allowed) {
    return tl::make_unexpected(allowed.error());
  }
  return read_silently(file.get(), path.string());
}

base::Result<base::Fd> stdin_with(const Secret& password) {
  const std::string_view line = password.line();
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail("no pipe for the keyring password: " + base::errno_text(errno));
  }
  base::Fd out{ends[0]};
  const base::Fd in{ends[1]};
  // A user with very many pipes gets small ones; then it fails rather than waits for a reader.
  ::fcntl(in.get(), F_SETFL, O_NONBLOCK);
  if (::write(in.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    return fail("the keyring password does not fit into a pipe");
  }
  return out;
}

base::Result<rlimit> forbid_core_dumps() {
  rlimit before{};
  if (::getrlimit(RLIMIT_CORE, &before) != 0) {
    return fail("the limit of core files can't be read: " + base::errno_text(errno));
  }
  const rlimit none{0, before.rlim_max};
  if (::setrlimit(RLIMIT_CORE, &none) != 0 || ::prctl(PR_SET_DUMPABLE, 0) != 0) {
    return fail("core files can't be forbidden: " + base::errno_text(errno));
  }
  return before;
}

}  // namespace lavavisor::process
