// The files were checked when the configuration was loaded; here they are only read again.
// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor_addresses.hpp"

#include "config/lavap_yaml.hpp"
#include "config/url.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace lavavisor::cli {
namespace {

using doctor::Address;

class Collection {
 public:
  void add(const std::string& service, const std::string& origin, const config::HostPort& at) {
    insert({service, origin, at.host, port_in(at.port), true});
  }

  /// One that is asked; only on this host it tells anything about who listens here.
  void add_asked(const std::string& service,
                 const std::string& origin,
                 const config::HostPort& at) {
    if (config::is_loopback(at.host)) {
      insert({service, origin, at.host, port_in(at.port), false});
    }
  }

  std::vector<Address> take() { return std::move(m_all); }

 private:
  static unsigned port_in(const std::string& text) {
    unsigned port = 0;
    std::from_chars(text.data(), text.data() + text.size(), port);
    return port;
  }

  void insert(Address address) {
    const bool known = std::any_of(m_all.begin(), m_all.end(), [&](const Address& each) {
      return each.service == address.service && each.port == address.port &&
             (!address.listens || each.host == address.host);
    });
    if (address.port != 0 && !known) {
      m_all.push_back(std::move(address));
    }
  }

  std::vector<Address> m_all;
};

void add_yaml(const model::Service& service, Collection& all) {
  if (service.config_path.empty()) {
    return;
  }
  config::Findings known{service.config_path.string()};
  const auto yaml = config::read_lavap_yaml(service.config_path, service.type, known);
  if (yaml) {
    for (const auto& listening : yaml->addresses) {
      all.add(service.name, "network-address", listening.at);
    }
  }
}

/// HOST:PORT; anything else, such as lavap's own "disabled", is no address.
void add_text(const std::string& service,
              const std::string& origin,
              const std::string& text,
              Collection& all) {
  if (const auto at = config::parse_host_port(text)) {
    all.add(service, origin, *at);
  }
}

void add_flags(const model::Service& service, Collection& all) {
  for (const auto& flag : service.flags) {
    if (flag.value && flag.name.ends_with("listen-address")) {
      add_text(service.name, "--" + flag.name, *flag.value, all);
    }
  }
}

void add_health(const model::Service& service, Collection& all) {
  if (const auto at = config::parse_host_port(service.health.tcp)) {
    all.add_asked(service.name, "health.tcp", *at);
  }
  if (const auto url = config::parse_url(service.health.http)) {
    auto at = url->at;
    at.port = !at.port.empty() ? at.port : url->scheme == "https" ? "443" : "80";
    all.add_asked(service.name, "health.http", at);
  }
}

}  // namespace

std::vector<Address> addresses_of(const model::Desired& desired) {
  Collection all;
  for (const auto& service : desired.services) {
    if (!service.enabled) {
      continue;
    }
    add_yaml(service, all);
    add_text(service.name, "address", service.address, all);
    add_flags(service, all);
    add_health(service, all);
  }
  add_text("", "metrics.listen", desired.metrics.listen, all);
  return all.take();
}

}  // namespace lavavisor::cli
