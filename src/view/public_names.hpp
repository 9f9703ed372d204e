// What of URLs may be shown to those who only watch: never the secrets that operators put there.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/desired.hpp"
#include "view/overview.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lavavisor::view {

/// Names of endpoints without user, password, path and query (keys of paid nodes are put into each
/// of these), and texts in which they stand in for the URLs.
class PublicNames {
 public:
  explicit PublicNames(const model::Desired& desired);

  /// `text` with these names in place of the endpoints ("https://rpc.example:443/...", and " (2)"
  /// behind it where two would be the same), and no user or password in any other URL.
  std::string in(std::string text) const;

  /// The same in everything that may quote a URL.
  Look shown(Look look) const;
  Past shown(Past past) const;

 private:
  std::string endpoint(const std::string& written) const;

  std::vector<std::pair<std::string, std::string>>
      m_names;  ///< as written, as shown; longest first
};

}  // namespace lavavisor::view
