// Flags as pflag reads them: --name value, --name=value, --name.
// SPDX-License-Identifier: Apache-2.0
#include "compat/lavap_words.hpp"

#include "config/keys.hpp"
#include "config/names.hpp"
#include "config/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

namespace lavavisor::compat {

namespace {

using model::ServiceType;

struct Subcommand {
  std::string_view word;
  ServiceType type;
};

constexpr std::array<Subcommand, 3> k_subcommands{{{"rpcprovider", ServiceType::provider},
                                                   {"rpcconsumer", ServiceType::consumer},
                                                   {"cache", ServiceType::cache}}};

/// Flags that have a key, and where their value goes.
const std::map<std::string, std::string LavapCommand::*, std::less<>>& keyed_flags() {
  static const std::map<std::string, std::string LavapCommand::*, std::less<>> table{
      {"from", &LavapCommand::from},
      {"geolocation", &LavapCommand::geolocation},
      {"chain-id", &LavapCommand::chain_id},
      {"keyring-backend", &LavapCommand::keyring_backend},
      {"node", &LavapCommand::node},
      {"log_level", &LavapCommand::log_level},
      {"log-level", &LavapCommand::log_level},
  };
  return table;
}

bool is_yaml(std::string_view word) {
  return word.ends_with(".yml") || word.ends_with(".yaml");
}

bool is_number(std::string_view word) {
  word.remove_prefix(word.starts_with('-') ? 1 : 0);
  return !word.empty() && word.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// True when the word behind a flag is its value: a YAML is not while the command has none.
bool is_value(const LavapCommand& command, const std::string& word) {
  const bool is_flag = word.starts_with('-') && !is_number(word) && word != "-";
  return !is_flag && !(command.subject.empty() && is_yaml(word));
}

/// One flag more; where it has a key, the last one counts.
base::Result<void> add_flag(LavapCommand& command,
                            const std::string& name,
                            const std::optional<std::string>& value) {
  const auto keyed = keyed_flags().find(name);
  const bool is_cache = command.type == ServiceType::cache;
  if (keyed != keyed_flags().end() && (!is_cache || name.starts_with("log"))) {
    if (!value) {
      return base::fail("--" + name + " has no value");
    }
    command.*(keyed->second) = *value;
    return {};
  }
  if (const auto valid = config::check_flag(name); !valid) {
    return base::fail("--" + name + " can't be a flag here: " + valid.error().message);
  }
  if (value && value->find_first_of("\n\r") != std::string::npos) {
    return base::fail("the value of --" + name + " has a line break");
  }
  command.flags.push_back({name, value});
  return {};
}

base::Result<void> read_flags(const std::vector<std::string>& words,
                              std::size_t at,
                              LavapCommand& command) {
  for (; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (!word.starts_with("--") || word.size() == 2) {
      if (!command.subject.empty() || word.starts_with('-')) {
        return base::fail("'" + word + "' is neither its file nor a long flag");
      }
      command.subject = word;
      continue;
    }
    const auto equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    std::optional<std::string> value;
    if (equals != std::string::npos) {
      value = word.substr(equals + 1);
      if (*value == "false") {
        command.switched_off.push_back(name);
        continue;
      }
      if (*value == "true") {
        value.reset();
      }
    } else if (at + 1 < words.size() && is_value(command, words[at + 1])) {
      value = words[++at];
    }
    if (auto added = add_flag(command, name, value); !added) {
      return added;
    }
  }
  return {};
}

bool is_word_of(const char* key, const std::string& word) {
  const auto& words = config::find_key(key)->words;
  return word.empty() || std::find(words.begin(), words.end(), word) != words.end();
}

bool is_geolocation(const std::string& text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return text.empty() || (error == std::errc{} && end == text.data() + text.size() && number >= 1 &&
                          number <= 65535);
}

/// What the configuration would refuse.
base::Result<void> check(const LavapCommand& command) {
  if (command.subject.empty()) {
    return base::fail("it names no file or address");
  }
  if (command.type != ServiceType::cache && !is_yaml(command.subject)) {
    return base::fail("'" + command.subject + "' is no YAML file");
  }
  if (command.type == ServiceType::cache && !config::parse_host_port(command.subject)) {
    return base::fail("'" + command.subject + "' is no host:port");
  }
  if (!is_word_of("service[].keyring_backend", command.keyring_backend)) {
    return base::fail("'" + command.keyring_backend + "' is no keyring backend");
  }
  if (!is_word_of("service[].log_level", command.log_level)) {
    return base::fail("'" + command.log_level + "' is no log level");
  }
  if (!is_geolocation(command.geolocation)) {
    return base::fail("'" + command.geolocation + "' is no geolocation");
  }
  if (!command.node.empty()) {
    const auto node = config::parse_endpoint(command.node);
    if (!node || node->kind == model::EndpointKind::rest) {
      return base::fail("'" + command.node + "' is no address of a node");
    }
  }
  return {};
}

}  // namespace

bool is_lavap(const std::string& program) {
  return program.substr(program.rfind('/') + 1) == "lavap";
}

base::Result<LavapCommand> read_lavap_words(const std::vector<std::string>& words) {
  const auto* const subcommand =
      std::find_if(std::begin(k_subcommands), std::end(k_subcommands), [&](const auto& each) {
        return words.size() > 1 && each.word == words[1];
      });
  if (subcommand == std::end(k_subcommands)) {
    return base::fail("it is none of rpcprovider, rpcconsumer and cache");
  }
  LavapCommand command;
  command.type = subcommand->type;
  auto read = read_flags(words, 2, command);
  if (read) {
    read = check(command);
  }
  return read ? base::Result<LavapCommand>{std::move(command)} : tl::make_unexpected(read.error());
}

}  // namespace lavavisor::compat
