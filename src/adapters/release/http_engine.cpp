// A loop of its own, because it watches for a stall and for the time of all tries.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/http_engine.hpp"

#include "adapters/release/http_words.hpp"
#include "adapters/release/url.hpp"
#include "base/quantity.hpp"
#include "transfer/transfer.hpp"

#include <algorithm>
#include <array>
#include <exception>

namespace lavavisor::release {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::uint64_t k_max_header_bytes = 256U << 10U;

/// One answer while it comes in.
struct Answer {
  Sink* sink = nullptr;
  Head head;
  std::uint64_t header_bytes = 0;
  std::uint64_t body_bytes = 0;
  bool begun = false;              ///< the sink was told of the head
  bool judged = false;             ///< the status says it all; the body was not wanted
  std::optional<Failure> failure;  ///< why we ended it
  std::exception_ptr thrown;       ///< must not pass through libcurl
  steady_clock::time_point last_byte;
};

bool has_file(const Head& head) {
  return head.status == 200 || head.status == 206;
}

Failure web_page() {
  return {Failure::Kind::permanent,
          "answered with a web page (HTML) in place of the file; is the URL right, and does no "
          "portal or login stand in between?"};
}

Tried<void> begin(Answer& answer) {
  answer.begun = true;
  if (is_html(answer.head)) {
    return tl::make_unexpected(web_page());
  }
  return answer.sink->begin(answer.head);
}

Tried<void> take(Answer& answer, std::string_view bytes) {
  if (!answer.begun) {
    if (answer.head.status == 200 && bytes.starts_with('<')) {
      return tl::make_unexpected(web_page());
    }
    if (auto good = begin(answer); !good) {
      return good;
    }
  }
  answer.body_bytes += bytes.size();
  return answer.sink->take(bytes);
}

std::size_t on_body(const char* bytes, std::size_t, std::size_t size, void* context) {
  auto& answer = *static_cast<Answer*>(context);
  answer.last_byte = steady_clock::now();
  if (!has_file(answer.head)) {
    answer.judged = true;
    return 0;
  }
  try {
    if (auto taken = take(answer, {bytes, size}); !taken) {
      answer.failure = taken.error();
      return 0;
    }
  } catch (...) {
    answer.thrown = std::current_exception();
    return 0;
  }
  return size;
}

std::size_t on_header(const char* bytes, std::size_t, std::size_t size, void* context) {
  auto& answer = *static_cast<Answer*>(context);
  answer.last_byte = steady_clock::now();
  answer.header_bytes += size;
  if (answer.header_bytes > k_max_header_bytes) {
    answer.failure = Failure{Failure::Kind::permanent, "answered with endless header lines"};
    return 0;
  }
  try {
    read_line(answer.head, {bytes, size});
  } catch (...) {
    answer.thrown = std::current_exception();
    return 0;
  }
  return size;
}

}  // namespace

struct HttpGet::Engine::Curl {
  transfer::Multi multi = transfer::new_multi();
  transfer::Headers headers;
  transfer::Easy easy =
      transfer::new_easy();  ///< gone before the multi handle, which owns connections
  std::array<char, CURL_ERROR_SIZE> details{};
  Answer answer;
  CURLcode code = CURLE_OK;
};

HttpGet::Engine::Engine(std::filesystem::path ca_file,
                        milliseconds stall,
                        const TimeLimit& limit,
                        std::stop_token stop)
    : m_ca_file(std::move(ca_file)),
      m_stall(stall),
      m_limit(limit),
      m_stop(std::move(stop)),
      m_curl(std::make_unique<Curl>()) {}

HttpGet::Engine::~Engine() = default;

Tried<std::variant<Head, Redirected>> HttpGet::Engine::exchange(const GetRequest& request,
                                                                Sink& sink) {
  m_curl->answer = Answer{};
  m_curl->answer.sink = &sink;
  m_curl->answer.last_byte = steady_clock::now();
  m_curl->code = CURLE_OK;
  set_up(request);
  curl_multi_add_handle(m_curl->multi.get(), m_curl->easy.get());
  auto ended = drive(sink);
  auto result = ended ? tl::make_unexpected(*ended) : outcome(request.from > 0);
  curl_multi_remove_handle(m_curl->multi.get(), m_curl->easy.get());
  if (m_curl->answer.thrown) {
    std::rethrow_exception(m_curl->answer.thrown);
  }
  return result;
}

void HttpGet::Engine::set_up(const GetRequest& request) {
  CURL* easy = m_curl->easy.get();
  curl_easy_reset(easy);
  transfer::aim(easy, request.url);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "lavavisor");
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 512L << 10U);
  if (!m_ca_file.empty()) {
    transfer::trust_only(easy, m_ca_file.string());
  }
  m_curl->headers.reset();
  if (request.from > 0) {
    transfer::add_header(m_curl->headers, "Range: bytes=" + std::to_string(request.from) + "-");
  }
  if (request.from > 0 && !request.if_range.empty()) {
    transfer::add_header(m_curl->headers, "If-Range: " + request.if_range);
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, m_curl->headers.get());
  m_curl->details.front() = '\0';
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, m_curl->details.data());
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &m_curl->answer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &m_curl->answer);
}

/// Run the transfer to its end; why we did not wait for it, if so.
std::optional<Failure> HttpGet::Engine::drive(Sink& sink) {
  CURLM* multi = m_curl->multi.get();
  const std::stop_callback wake{m_stop, [multi] {
                                  curl_multi_wakeup(multi);
                                }};
  for (;;) {
    int running = 0;
    if (m_stop.stop_requested()) {
      return stopped();
    }
    if (curl_multi_perform(multi, &running) != CURLM_OK) {
      return Failure{Failure::Kind::permanent, "the request could not be made (out of memory?)"};
    }
    sink.between();
    if (running == 0) {
      int queued = 0;
      const CURLMsg* message = curl_multi_info_read(multi, &queued);
      m_curl->code = message == nullptr ? CURLE_FAILED_INIT : message->data.result;
      return std::nullopt;
    }
    const auto silent =
        std::chrono::duration_cast<milliseconds>(steady_clock::now() - m_curl->answer.last_byte);
    if (silent >= m_stall) {
      return Failure{Failure::Kind::transient,
                     (m_curl->answer.header_bytes == 0 ? "no answer for " : "no byte for ") +
                         base::format_duration(m_stall)};
    }
    if (m_limit.left() == milliseconds{0}) {
      return overdue(m_limit, "");
    }
    const auto wait = std::min({m_stall - silent, m_limit.left(), milliseconds{1'000}});
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(wait.count()), nullptr);
  }
}

/// What a transfer that came to its end amounts to.
Tried<std::variant<Head, Redirected>> HttpGet::Engine::outcome(bool asked_range) const {
  Answer& answer = m_curl->answer;
  if (answer.failure) {
    return tl::make_unexpected(*answer.failure);
  }
  if (m_curl->code != CURLE_OK && !answer.judged) {
    TransferError error{.code = static_cast<int>(m_curl->code),
                        .os_error = 0,
                        .details = m_curl->details.data(),
                        .ca_file = m_ca_file,
                        .received = answer.body_bytes,
                        .length = answer.head.length};
    curl_easy_getinfo(m_curl->easy.get(), CURLINFO_OS_ERRNO, &error.os_error);
    return tl::make_unexpected(failure_of_transfer(error));
  }
  if (has_file(answer.head)) {
    if (!answer.begun) {
      if (auto good = begin(answer); !good) {
        return tl::make_unexpected(good.error());
      }
    }
    return answer.head;
  }
  char* redirect = nullptr;
  curl_easy_getinfo(m_curl->easy.get(), CURLINFO_REDIRECT_URL, &redirect);
  if (redirect != nullptr) {
    return Redirected{redirect};
  }
  if (answer.head.status == 416 && asked_range) {
    return answer.head;
  }
  return tl::make_unexpected(failure_of_status(answer.head.status));
}

}  // namespace lavavisor::release
