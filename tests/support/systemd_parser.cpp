// Calls into libsystemd-core, which systemd keeps to itself: its functions as version 252 has them.
// SPDX-License-Identifier: Apache-2.0
#include "support/systemd_parser.hpp"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace lavavisor::support {
namespace {

// The second needs the first, which no search path has. The folder is that of Debian's amd64.
constexpr const char* k_shared = "/usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-252.so";
constexpr const char* k_core = "/usr/lib/x86_64-linux-gnu/systemd/libsystemd-core-252.so";

// --- systemd 252: src/core/manager.h, src/core/execute.h, src/shared/conf-parser.h
// -----------------

struct Manager;
struct Unit;

/// The front of systemd's own struct.
struct ExecCommand {
  char* path;
  char** argv;
};

using ConfigParser = int (*)(const char* unit,
                             const char* filename,
                             unsigned line,
                             const char* section,
                             unsigned section_line,
                             const char* key,
                             int type,
                             const char* value,
                             void* data,
                             void* userdata);

using ConfigLookup = int (*)(const void* table,
                             const char* section,
                             const char* key,
                             ConfigParser* parser,
                             int* type,
                             void** data,
                             void* userdata);

constexpr int k_system_scope = 0;
constexpr unsigned k_minimal_test_run = 1;
constexpr std::size_t k_unit_room = 65536;  // more than a Service takes

// ------------------------------------------------------------------------------------------------

/// A function of the library, or an exception that names it.
template <class Function>
Function* function(void* library, const char* name) {
  void* const address = ::dlsym(library, name);
  if (address == nullptr) {
    throw std::runtime_error{std::string{name} + " is missing in " + k_core};
  }
  return reinterpret_cast<Function*>(address);
}

std::vector<std::string> words_of(char* const* list) {
  std::vector<std::string> words;
  for (; list != nullptr && *list != nullptr; ++list) {
    words.emplace_back(*list);
  }
  return words;
}

class Parser252 final : public SystemdParser {
 public:
  explicit Parser252(void* library)
      : m_config_parse{function<decltype(config_parse)>(library, "config_parse")},
        m_parse_exec{function<std::remove_pointer_t<ConfigParser>>(library, "config_parse_exec")},
        m_parse_environ{
            function<std::remove_pointer_t<ConfigParser>>(library, "config_parse_environ")},
        m_replace_variables{function<decltype(replace_env_argv)>(library, "replace_env_argv")},
        m_free_commands{
            function<decltype(exec_command_free_list)>(library, "exec_command_free_list")},
        m_free_words{function<decltype(strv_free)>(library, "strv_free")} {
    function<void(int)>(library, "log_set_max_level")(0);
    Manager* manager = nullptr;
    const auto made = function<int(int, unsigned, Manager**)>(library, "manager_new")(
        k_system_scope, k_minimal_test_run, &manager);
    if (made < 0) {
      throw std::runtime_error{"systemd makes no manager for tests here"};
    }
    const auto named = function<int(Manager*, std::size_t, const char*, Unit**)>(
        library, "unit_new_for_name")(manager, k_unit_room, "x.service", &m_unit);
    if (named < 0) {
      throw std::runtime_error{"systemd makes no unit for tests here"};
    }
  }

  UnderstoodUnit read(std::string_view unit_text) override;

 private:
  // The shapes of systemd's functions, for decltype; none is defined here.
  static int config_parse(const char* unit,
                          const char* filename,
                          std::FILE* file,
                          const char* sections,
                          ConfigLookup lookup,
                          const void* table,
                          int flags,
                          void* userdata,
                          void* stat);
  static char** replace_env_argv(char** argv, char** env);
  static ExecCommand* exec_command_free_list(ExecCommand* list);
  static char** strv_free(char** list);

  static int look_up(const void* self,
                     const char* section,
                     const char* key,
                     ConfigParser* parser,
                     int* type,
                     void** data,
                     void* userdata);
  static int take(const char* unit,
                  const char* filename,
                  unsigned line,
                  const char* section,
                  unsigned section_line,
                  const char* key,
                  int type,
                  const char* value,
                  void* self,
                  void* userdata);
  std::vector<std::string> to_be_executed(const ExecCommand& command) const;

  decltype(config_parse)* m_config_parse;
  ConfigParser m_parse_exec;
  ConfigParser m_parse_environ;
  decltype(replace_env_argv)* m_replace_variables;
  decltype(exec_command_free_list)* m_free_commands;
  decltype(strv_free)* m_free_words;
  Unit* m_unit = nullptr;
  ExecCommand* m_commands = nullptr;
  char** m_environment = nullptr;
  UnderstoodUnit m_understood;
};

int Parser252::look_up(const void* self,
                       const char*,
                       const char*,
                       ConfigParser* parser,
                       int* type,
                       void** data,
                       void*) {
  *parser = &take;
  *type = 0;
  *data = const_cast<void*>(self);
  return 1;
}

int Parser252::take(const char* unit,
                    const char* filename,
                    unsigned line,
                    const char* section,
                    unsigned section_line,
                    const char* key,
                    int type,
                    const char* value,
                    void* self,
                    void*) {
  auto& parser = *static_cast<Parser252*>(self);
  parser.m_understood.lines.push_back({section, key, value});
  const bool is_exec = std::string_view{key} == "ExecStart";
  if (!is_exec && std::string_view{key} != "Environment") {
    return 0;
  }
  void* const data = is_exec ? static_cast<void*>(&parser.m_commands) : &parser.m_environment;
  const auto parse = is_exec ? parser.m_parse_exec : parser.m_parse_environ;
  if (parse(unit, filename, line, section, section_line, key, type, value, data, parser.m_unit) <
      0) {
    parser.m_understood.refused.emplace_back(key);
  }
  return 0;
}

/// As the service's process sees them: variables, of which none is set, are replaced behind the
/// program's name only (src/core/execute.c, exec_child()).
std::vector<std::string> Parser252::to_be_executed(const ExecCommand& command) const {
  char** const replaced = m_replace_variables(command.argv, nullptr);
  auto words = words_of(replaced);
  m_free_words(replaced);
  words.front() = command.path;
  return words;
}

UnderstoodUnit Parser252::read(std::string_view unit_text) {
  m_understood = {};
  std::FILE* const file =
      ::fmemopen(const_cast<char*>(unit_text.data()), unit_text.size(), "r");  // only read
  const int failed =
      m_config_parse("x.service", "x.service", file, nullptr, &look_up, this, 0, nullptr, nullptr);
  (void)std::fclose(file);
  if (failed < 0) {
    m_understood.refused.emplace_back("the whole unit");
  }
  m_understood.environment = words_of(m_environment);
  if (m_commands != nullptr) {
    m_understood.command = to_be_executed(*m_commands);
  }
  m_commands = m_free_commands(m_commands);
  m_environment = m_free_words(m_environment);
  return std::move(m_understood);
}

}  // namespace

std::unique_ptr<SystemdParser> SystemdParser::open() {
  void* const shared = ::dlopen(k_shared, RTLD_NOW | RTLD_LOCAL);
  void* const library = shared == nullptr ? nullptr : ::dlopen(k_core, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    std::fprintf(stderr, "SKIPPED: no parser of systemd 252 here: %s\n", ::dlerror());
    return nullptr;
  }
  try {
    return std::make_unique<Parser252>(library);
  } catch (const std::runtime_error& failed) {
    std::fprintf(stderr, "SKIPPED: no parser of systemd 252 here: %s\n", failed.what());
    return nullptr;
  }
}

}  // namespace lavavisor::support
