// Starts the server once for all tests of the program, and tells it what to do over HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "release_site.hpp"

#include "adapters/release/url.hpp"
#include "base/sha256.hpp"

#include <curl/curl.h>
#include <rapidjson/document.h>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <sstream>

namespace lavavisor::release {
namespace {

using std::chrono::milliseconds;

class Server {
 public:
  Server() {
    std::filesystem::create_directories(root());
    std::array<int, 2> out{};
    std::array<int, 2> in{};
    if (::pipe(out.data()) != 0 || ::pipe(in.data()) != 0) {
      throw std::runtime_error("no pipe");
    }
    m_pid = ::fork();
    if (m_pid == 0) {
      ::dup2(in[0], STDIN_FILENO);
      ::dup2(out[1], STDOUT_FILENO);
      become_server(in[1], out[0]);
    }
    ::close(out[1]);
    ::close(in[0]);
    m_ready = parse(read_line(out[0]));
  }

  ~Server() {
    ::kill(m_pid, SIGTERM);
    ::waitpid(m_pid, nullptr, 0);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::filesystem::path root() const { return m_folder.path() / "root"; }
  std::filesystem::path log() const { return m_folder.path() / "log.jsonl"; }
  int port(const char* name) const { return m_ready[name].GetInt(); }
  std::string authority() const { return m_ready["ca"].GetString(); }

  void control(const std::string& method, const std::string& body) const {
    const std::unique_ptr<CURL, void (*)(CURL*)> curl{curl_easy_init(), curl_easy_cleanup};
    const std::string url = "http://127.0.0.1:" + std::to_string(port("http")) + "/_control";
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
    if (const auto code = curl_easy_perform(curl.get()); code != CURLE_OK) {
      throw std::runtime_error(std::string{"release_server.py: "} + curl_easy_strerror(code));
    }
  }

  static rapidjson::Document parse(const std::string& text) {
    rapidjson::Document document;
    document.Parse(text.c_str());
    if (!document.IsObject()) {
      throw std::runtime_error("release_server.py said: " + text);
    }
    return document;
  }

 private:
  [[noreturn]] void become_server(int unused_in, int unused_out) const {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    ::close(unused_in);
    ::close(unused_out);
    const std::string script = std::string{LAVAVISOR_TESTS_DIR} + "/support/release_server.py";
    ::execl("/usr/bin/python3",
            "python3",
            "-B",
            script.c_str(),
            "--root",
            root().c_str(),
            "--certificates",
            (m_folder.path() / "tls").c_str(),
            "--log",
            log().c_str(),
            nullptr);
    ::_exit(127);
  }

  static std::string read_line(int fd) {
    std::string line;
    char c = 0;
    while (::read(fd, &c, 1) == 1 && c != '\n') {
      line += c;
    }
    return line;
  }

  TempFolder m_folder;
  pid_t m_pid = 0;
  rapidjson::Document m_ready;
};

const Server& server() {
  static const Server the_one;
  return the_one;
}

}  // namespace

Tuning impatient() {
  return {.tries = 5,
          .backoff = milliseconds{2},
          .backoff_cap = milliseconds{10},
          .stall = milliseconds{5'000}};
}

Tuning easily_stalled() {
  auto tuning = impatient();
  tuning.stall = milliseconds{500};
  return tuning;
}

const std::string& binary_bytes() {
  static const std::string bytes = [] {
    std::string made =
        "\x7f"
        "ELF";
    for (std::uint32_t x = 1; made.size() < 300'000;) {
      x = x * 1'664'525U + 1'013'904'223U;
      made += static_cast<char>(x >> 24U);
    }
    return made;
  }();
  return bytes;
}

ReleaseSite::ReleaseSite() {
  static int count = 0;
  m_prefix = "/site" + std::to_string(++count);
  publish(binary_bytes());
  publish_checksums(sha256() + "  " + asset() + "\n" + std::string(64, '0') +
                    "  lavap-v6.2.5-darwin-amd64\n");
}

ports::FetchRequest ReleaseSite::request() const {
  ports::FetchRequest request;
  request.release = {"6.2.5"};
  request.settings.url = url(m_prefix + "/v{version}/lavap-v{version}-{os}-{arch}");
  request.settings.checksums = url(m_prefix + "/v{version}/sha256sum.txt");
  request.settings.ca_file = certificate_authority();
  request.settings.max_size = 1U << 20U;
  request.settings.timeout = milliseconds{20'000};
  request.staged = staged();
  return request;
}

base::Result<ports::Fetched> ReleaseSite::fetch(const ports::FetchRequest& request,
                                                const Tuning& tuning) const {
  return HttpReleaseSource{tuning}.fetch(request, {}, {});
}

std::string ReleaseSite::url(const std::string& path, Host host) const {
  const char* port = host == Host::http ? "http" : host == Host::https ? "https" : "other";
  return std::string{host == Host::http ? "http" : "https"} +
         "://localhost:" + std::to_string(server().port(port)) + path;
}

std::string ReleaseSite::asset() const {
  return fill_in("lavap-v{version}-{os}-{arch}", {"6.2.5"});
}
std::string ReleaseSite::asset_path() const {
  return m_prefix + "/v6.2.5/" + asset();
}
std::string ReleaseSite::checksums_path() const {
  return m_prefix + "/v6.2.5/sha256sum.txt";
}
std::string ReleaseSite::sha256() const {
  return base::sha256_hex(binary_bytes());
}

void ReleaseSite::publish(const std::string& content) const {
  publish_at(asset_path(), content);
}

void ReleaseSite::publish_checksums(const std::string& text) const {
  publish_at(checksums_path(), text);
}

void ReleaseSite::publish_at(const std::string& path, const std::string& content) const {
  spill(server().root() / path.substr(1), content);
}

void ReleaseSite::fail(const std::string& path, const std::string& faults) const {
  server().control("PUT", R"({"path": ")" + path + R"(", "faults": [)" + faults + "]}");
}

void ReleaseSite::heal() const {
  server().control("DELETE", "");
}

std::vector<Asked> ReleaseSite::asked(const std::string& path) const {
  std::vector<Asked> asked;
  std::istringstream lines{slurp(server().log())};
  for (std::string line; std::getline(lines, line);) {
    const auto entry = Server::parse(line);
    if (entry["path"].GetString() != path) {
      continue;
    }
    asked.push_back({path, {}});
    for (const auto& header : entry["headers"].GetObject()) {
      asked.back().headers[header.name.GetString()] = header.value.GetString();
    }
  }
  return asked;
}

model::Path ReleaseSite::staged() const {
  return model::partial_file(directory(), {"6.2.5"});
}
model::Path ReleaseSite::certificate_authority() const {
  return server().authority();
}

}  // namespace lavavisor::release
