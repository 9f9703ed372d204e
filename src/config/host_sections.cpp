// [systemd], [rollout] and [hooks].
// SPDX-License-Identifier: Apache-2.0
#include "config/sections.hpp"
#include "config/window.hpp"

#include <map>

namespace lavavisor::config {

namespace {

std::filesystem::path default_unit_dir(const TableReader& systemd, model::Scope scope) {
  if (scope != model::Scope::user) {
    return "/etc/systemd/system";
  }
  const std::filesystem::path& home = systemd.context().environment.home;
  if (home.empty()) {
    systemd.error("unit_dir",
                  systemd.place(),
                  "no home directory is known for ~/.config/systemd/user",
                  "set HOME, or give unit_dir");
  }
  return home / ".config/systemd/user";
}

}  // namespace

model::SystemdSettings read_systemd(const TableReader& root) {
  static const std::map<std::string, model::Scope> scopes{
      {"system", model::Scope::system}, {"user", model::Scope::user}, {"none", model::Scope::none}};
  const TableReader systemd = root.table("systemd");
  const bool is_root = root.context().environment.is_root;
  model::SystemdSettings out;
  const auto scope = systemd.find_word("scope");
  out.scope = scope ? scopes.at(scope->value) : is_root ? model::Scope::system : model::Scope::user;
  out.create_link = systemd.boolean("create_link");
  const auto unit_dir = systemd.find_path("unit_dir");
  if (unit_dir && unit_dir->value.empty()) {
    systemd.error("unit_dir",
                  unit_dir->place,
                  "is empty",
                  "to make no links there, write create_link = false");
  }
  out.unit_dir = unit_dir                  ? unit_dir->value
                 : systemd.has("unit_dir") ? ""
                                           : default_unit_dir(systemd, out.scope);
  return out;
}

model::RolloutPolicy read_rollout(const TableReader& root) {
  const TableReader rollout = root.table("rollout");
  model::RolloutPolicy out;
  out.max_parallel = rollout.count("max_parallel", 1);
  out.on_failure =
      rollout.word("on_failure") == "halt" ? model::OnFailure::halt : model::OnFailure::rollback;
  const auto windows = rollout.find_strings("windows");
  for (const Text& text : windows ? windows->value : std::vector<Text>{}) {
    if (const auto window = rollout.checked("windows", text, parse_window)) {
      out.windows.push_back(window->value);
    }
  }
  return out;
}

model::Hooks read_hooks(const TableReader& root) {
  const TableReader hooks = root.table("hooks");
  const auto argv = [&](std::string_view key) {
    const auto words = hooks.find_command(key);
    return words ? words->value : std::vector<std::string>{};
  };
  model::Hooks out;
  out.pre_upgrade = argv("pre_upgrade");
  out.post_upgrade = argv("post_upgrade");
  out.timeout = hooks.duration("timeout", std::chrono::milliseconds{1});
  return out;
}

}  // namespace lavavisor::config
