// The keyring's password: asked for at the terminal, read from a pipe or a file, given to lavap.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/process/secret.hpp"
#include "base/fd.hpp"
#include "base/result.hpp"

#include <sys/resource.h>

#include <filesystem>

namespace lavavisor::process {

/// Read the password from `in`, one line of 1 to 4096 bytes without its "\n" or "\r\n".
///
/// At a terminal: write "Please enter the keyring password:" to `err`, turn echo off, read, write a
/// newline. A signal that ends or stops the process meanwhile takes effect once the terminal is as
/// it was; after a stop, the question is asked again. When the signal does not end the process
/// (PID 1, a handler, a blocked signal), reading fails.
///
/// Elsewhere: nothing is written, and nothing behind the line is consumed.
///
/// Call it before other threads are started and before Signals is made: what they would take of
/// the signals is not seen here.
base::Result<Secret> prompt_for_password(int in, int err);

/// Read the password from the first line of `path`, which must be a regular file or a pipe that
/// nobody else may read: not others, and not the file's group, unless the file is another user's
/// (so that the group is how it is meant for us, as with Kubernetes secrets). Links are followed.
/// "-" is standard input, as prompt_for_password reads it.
base::Result<Secret> password_from_file(const std::filesystem::path& path);

/// Make a standard input that holds the password as one line, and then ends. Never blocks.
base::Result<base::Fd> stdin_with(const Secret& password);

/// Let this process leave no core and be read by no other process of its user (PR_SET_DUMPABLE,
/// RLIMIT_CORE). Returns the limit from before, which is for the processes that it starts.
base::Result<rlimit> forbid_core_dumps();

}  // namespace lavavisor::process
