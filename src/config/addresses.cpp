// Listening addresses and who has them.
// SPDX-License-Identifier: Apache-2.0
#include "config/addresses.hpp"

#include <algorithm>

namespace lavavisor::config {

namespace {

std::string plain_host(const std::string& host) {
  return host == "localhost" ? "127.0.0.1" : host;
}

std::string file_and_line(const Place& place) {
  return (place.source == nullptr ? "" : place.source->file() + ":") + std::to_string(place.line);
}

bool clash(const std::string& a, const std::string& b) {
  return a == b || is_wildcard(a) || is_wildcard(b);
}

}  // namespace

void AddressBook::take(const std::string& service, const Listening& listening, Findings& findings) {
  const std::string host = plain_host(listening.at.host);
  std::vector<Owner>& owners = m_by_port[std::to_string(std::stoul(listening.at.port))];
  const auto other = std::find_if(owners.begin(), owners.end(), [&](const Owner& owner) {
    return owner.service != service && clash(owner.host, host);
  });
  if (other != owners.end()) {
    findings.error(listening.place,
                   "service " + in_quotes(service) + " listens on " + in_quotes(listening.text) +
                       ", and service " + in_quotes(other->service) + " on " +
                       in_quotes(other->text) + " (" + other->where + ")",
                   "give one of them another port");
    return;
  }
  owners.push_back({service, host, listening.text, file_and_line(listening.place)});
}

}  // namespace lavavisor::config
