// Go's compiler, run with as little trust in what it builds as in what is probed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/source.hpp"

namespace lavavisor::process {

class GoCompiler final : public ports::Compiler {
 public:
  /// Of our environment, Go gets what says where its modules come from (GOPROXY, GOFLAGS,
  /// GOPRIVATE, https_proxy and their like) and which C compiler to use; nothing else. Its progress
  /// goes to the log at level debug.
  base::Result<ports::Compiled> compile(const ports::CompileRequest& request,
                                        std::stop_token stop) override;
};

}  // namespace lavavisor::process
