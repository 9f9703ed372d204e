// The least that anybody has to do who wants to know whether a host is converged: read the
// configuration and the units, ask the chain its two questions over one connection, ask systemd
// once for the state of all units. Nothing is parsed or compared. What lavavisor is held against.
// SPDX-License-Identifier: Apache-2.0
#include <curl/curl.h>

#include <systemd/sd-bus.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "unavoidable: " << why << "\n";
  std::exit(EXIT_FAILURE);
}

std::size_t read(const fs::path& file) {
  std::ifstream stream{file, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  return text.size();
}

/// The files of the folder; its units are returned by name.
std::vector<std::string> read_folder(const fs::path& folder, std::size_t& bytes) {
  std::vector<std::string> units;
  for (const auto& entry : fs::directory_iterator{folder}) {
    if (entry.is_regular_file()) {
      bytes += read(entry.path());
      units.push_back(entry.path().filename());
    }
  }
  return units;
}

std::size_t count(const char* /*bytes*/, std::size_t /*one*/, std::size_t size, void* total) {
  *static_cast<std::size_t*>(total) += size;
  return size;
}

void ask_chain(const std::string& url, const std::string& question, std::size_t& bytes) {
  CURL* easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, count);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &bytes);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_URL, (url + "/status").c_str());
  CURLcode code = curl_easy_perform(easy);
  if (code == CURLE_OK) {
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, question.c_str());
    code = curl_easy_perform(easy);
  }
  if (code != CURLE_OK) {
    give_up(curl_easy_strerror(code));
  }
  curl_easy_cleanup(easy);
}

/// How many of `units` systemd tells of.
std::size_t ask_systemd(const std::vector<std::string>& units) {
  sd_bus* bus = nullptr;
  sd_bus_message* call = nullptr;
  sd_bus_message* reply = nullptr;
  constexpr const char* k_manager = "org.freedesktop.systemd1.Manager";
  int ok = sd_bus_open_system(&bus);
  ok = ok < 0 ? ok
              : sd_bus_message_new_method_call(bus,
                                               &call,
                                               "org.freedesktop.systemd1",
                                               "/org/freedesktop/systemd1",
                                               k_manager,
                                               "ListUnitsByNames");
  ok = ok < 0 ? ok : sd_bus_message_open_container(call, 'a', "s");
  for (auto unit = units.begin(); ok >= 0 && unit != units.end(); ++unit) {
    ok = sd_bus_message_append(call, "s", unit->c_str());
  }
  ok = ok < 0 ? ok : sd_bus_message_close_container(call);
  ok = ok < 0 ? ok : sd_bus_call(bus, call, 0, nullptr, &reply);
  ok = ok < 0 ? ok : sd_bus_message_enter_container(reply, 'a', "(ssssssouso)");
  std::size_t told = 0;
  while (ok > 0 && (ok = sd_bus_message_skip(reply, "(ssssssouso)")) > 0) {
    ++told;
  }
  if (ok < 0) {
    give_up("systemd can't be asked");
  }
  sd_bus_message_unref(reply);
  sd_bus_message_unref(call);
  sd_bus_flush_close_unref(bus);
  return told;
}

}  // namespace

/// Usage: unavoidable CONFIG DIRECTORY URL QUESTION, the last a JSON-RPC request.
int main(int argc, char** argv) {
  if (argc != 5) {
    give_up("usage: unavoidable CONFIG DIRECTORY URL QUESTION");
  }
  std::size_t bytes = read(argv[1]);
  const fs::path services = fs::path{argv[2]} / "services";
  const auto units = read_folder(services, bytes);
  read_folder(services / "protocol_yml_configs", bytes);
  ask_chain(argv[3], argv[4], bytes);
  const auto told = ask_systemd(units);
  std::cout << bytes << " bytes, " << told << " of " << units.size() << " units\n";
  return told == units.size() ? EXIT_SUCCESS : EXIT_FAILURE;
}
