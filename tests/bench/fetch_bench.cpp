// Times one verified fetch, to be held against `curl -o` and then `sha256sum` on the same URL:
//   fetch_bench URL SHA256 CA_FILE FOLDER
// prints what was fetched and the milliseconds that it took. Not a test; build it in Release mode.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/http_release_source.hpp"
#include "model/layout.hpp"

#include <chrono>
#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: fetch_bench URL SHA256 CA_FILE FOLDER\n");
    return 3;
  }
  lavavisor::ports::FetchRequest request;
  request.release = {"6.2.5"};
  request.settings.url = argv[1];
  request.settings.ca_file = argv[3];
  request.sha256 = argv[2];
  request.staged = lavavisor::model::partial_file(argv[4], request.release);
  const auto begun = std::chrono::steady_clock::now();
  const auto fetched = lavavisor::release::HttpReleaseSource{}.fetch(request, {}, {});
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begun);
  if (!fetched) {
    std::fprintf(stderr, "%s\n", fetched.error().message.c_str());
    return 1;
  }
  std::printf("%s %llu bytes %lld ms\n",
              fetched->sha256.c_str(),
              static_cast<unsigned long long>(fetched->size),
              static_cast<long long>(took.count()));
  return 0;
}
