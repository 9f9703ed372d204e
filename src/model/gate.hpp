// Where a service that was just started is on its way through the health gate.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lavavisor::model {

enum class Gate {
  starting,  ///< its process is not up, or not any more
  settling,  ///< up; it has to stay so for health.settle
  checking,  ///< its http, tcp and command checks are asked
};

}  // namespace lavavisor::model
