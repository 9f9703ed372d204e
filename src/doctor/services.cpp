// As whom the services run, and where they listen.
// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "doctor/sections.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace lavavisor::doctor {
namespace {

Checks user_checks(const std::string& name, const UserFacts& user) {
  const About about{"services.user", name};
  if (!user.exists) {
    return {about.problem(
        "does not exist on this host",
        {"make the user, or correct defaults.user",
         "sudo useradd --system --create-home --shell /usr/sbin/nologin " + quoted(name)})};
  }
  Checks checks = {user.is_root ? about.warning("is root: lavap needs no such power",
                                                {"name another user in defaults.user"})
                                : about.ok("exists")};
  const About home{"services.home", name};
  const auto path = user.home.path.string();
  if (!user.home.trouble.empty()) {
    checks.push_back(home.skipped(path + ": " + user.home.trouble, {"look as root"}));
  } else if (!user.home.exists || !user.home.is_directory) {
    checks.push_back(home.problem(
        "its home " + path + " is not there, and lavap's keys belong there",
        {"make it", "sudo install -d -o " + quoted(name) + " -m 0750 " + quoted(path)}));
  } else {
    checks.push_back(home.ok("its home " + path + " is there"));
  }
  return checks;
}

bool is_wildcard(const std::string& host) {
  return host.empty() || host == "0.0.0.0" || host == "::" || host == "*";
}

std::string plain(const std::string& host) {
  return host == "localhost" ? "127.0.0.1" : host;
}

bool same_place(const std::string& a, unsigned a_port, const std::string& b, unsigned b_port) {
  return a_port == b_port && (is_wildcard(a) || is_wildcard(b) || plain(a) == plain(b));
}

std::string words(const Address& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

std::string words(const model::Listener& listener) {
  if (listener.pid == 0) {
    return "a process of user " + std::to_string(listener.user);
  }
  return listener.program + " (pid " + std::to_string(listener.pid) + ")" +
         (listener.unit.empty() ? "" : " of " + listener.unit);
}

std::string owner_of(const Address& address) {
  return address.service.empty() ? "lavavisor" : address.service;
}

/// Another one that wants to listen on the same.
const Address* rival_of(const Address& address, const std::vector<Address>& all) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Address& other) {
    return other.service != address.service && other.listens && address.listens &&
           same_place(other.host, other.port, address.host, address.port);
  });
  return found == all.end() ? nullptr : &*found;
}

const model::Listener* listener_at(const Address& address,
                                   const std::vector<model::Listener>& all) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const model::Listener& listener) {
    return same_place(listener.host, listener.port, address.host, address.port);
  });
  return found == all.end() ? nullptr : &*found;
}

const model::Process* process_of(const Facts& facts, const std::string& service) {
  if (!facts.units) {
    return nullptr;
  }
  const auto unit = facts.units->find(service);
  const bool runs =
      unit != facts.units->end() && unit->second.service && unit->second.service->process;
  return runs ? &*unit->second.service->process : nullptr;
}

bool is_own(const model::Listener& listener, const Address& address, const Facts& facts) {
  if (address.service.empty()) {
    return listener.program == "lavavisor";
  }
  const auto* process = process_of(facts, address.service);
  return listener.unit == model::unit_name(address.service) ||
         (process != nullptr && process->pid == listener.pid);
}

/// Whether it may be its own listener, though we are not told whose it is.
bool may_be_own(const Address& address, const Facts& facts) {
  return address.service.empty() ? facts.lock_holder.has_value()
                                 : process_of(facts, address.service) != nullptr;
}

Check port_check(const Address& address, const Facts& facts) {
  const About about{"ports.address", owner_of(address) + " " + address.origin};
  const auto place = words(address);
  if (const auto* rival = rival_of(address, facts.addresses)) {
    return about.problem(
        place + " is wanted by " + owner_of(*rival) + " " + rival->origin + ", too",
        {"give one of them another port"});
  }
  if (!facts.listeners) {
    return about.skipped(facts.listeners.error().message);
  }
  const auto* listener = listener_at(address, *facts.listeners);
  if (listener == nullptr) {
    return about.ok(place + (address.listens ? " is free" : " is asked by the health check alone"));
  }
  if (listener->pid != 0 && is_own(*listener, address, facts)) {
    return about.ok(place + " is its own");
  }
  if (listener->pid == 0 && may_be_own(address, facts)) {
    return about.skipped(place + " is in use, and whose it is can't be seen from here",
                         {facts.is_root ? "" : "look as root"});
  }
  return about.problem(place + " is taken by " + words(*listener),
                       {"stop that process, or give " + owner_of(address) + " another port",
                        "ss -ltnp sport = :" + std::to_string(address.port)});
}

}  // namespace

Checks check_users(const Desired& /*desired*/, const Facts& facts) {
  Checks checks;
  for (const auto& [name, user] : facts.users) {
    for (auto& check : user_checks(name, user)) {
      checks.push_back(std::move(check));
    }
  }
  return checks;
}

Checks check_ports(const Desired& /*desired*/, const Facts& facts) {
  Checks checks;
  for (const auto& address : facts.addresses) {
    checks.push_back(port_check(address, facts));
  }
  return checks;
}

}  // namespace lavavisor::doctor
