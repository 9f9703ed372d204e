// Secrets, seen as the kernel shows this process: its mappings, their flags and all its bytes.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/process/secret.hpp"

#include "base/fd.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace lavavisor::process {
namespace {

/// The secret of these tests, never in memory as it is but in a Secret.
constexpr unsigned char k_veil = 0x5a;
constexpr std::string_view k_veiled = "lavavisor's veiled needle 0123456789";

/// The read end of a pipe with the unveiled needle and a line's end.
base::Fd needle_pipe() {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const base::Fd in{ends[1]};
  std::array<char, k_veiled.size()> needle{};
  std::transform(k_veiled.begin(), k_veiled.end(), needle.begin(), [](char c) {
    return static_cast<char>(static_cast<unsigned char>(c) ^ k_veil);
  });
  EXPECT_EQ(::write(in.get(), needle.data(), needle.size()), static_cast<ssize_t>(needle.size()));
  ::explicit_bzero(needle.data(), needle.size());
  return base::Fd{ends[0]};
}

Secret needle() {
  auto secret = Secret::make();
  EXPECT_TRUE(secret);
  const base::Fd pipe = needle_pipe();
  while (secret->read_byte(pipe.get()) == 1) {
  }
  EXPECT_EQ(secret->view().size(), k_veiled.size());
  return *std::move(secret);
}

struct Range {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
};

std::uintptr_t address_of(const void* at) {
  return reinterpret_cast<std::uintptr_t>(at);
}

/// The mappings that may be written to, of a size that a program really fills.
std::vector<Range> written_mappings() {
  constexpr std::uintptr_t k_largest = 256U << 20U;
  std::vector<Range> ranges;
  std::ifstream maps{"/proc/self/maps"};
  for (std::string line; std::getline(maps, line);) {
    Range range;
    char dash = 0;
    std::string mode;
    std::istringstream{line} >> std::hex >> range.begin >> dash >> range.end >> mode;
    if (mode.starts_with("rw") && range.end - range.begin <= k_largest) {
      ranges.push_back(range);
    }
  }
  return ranges;
}

/// Looks for the needle in all of this process's memory but its own buffer, which it wipes.
class MemorySearch {
 public:
  MemorySearch()
      : m_memory{::open("/proc/self/mem", O_RDONLY | O_CLOEXEC)},
        m_buffer{static_cast<char*>(
            ::mmap(nullptr, k_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))} {}
  ~MemorySearch() { ::munmap(m_buffer, k_size); }
  MemorySearch(const MemorySearch&) = delete;
  MemorySearch& operator=(const MemorySearch&) = delete;

  /// The addresses at which it stands.
  std::vector<std::uintptr_t> run() const {
    std::vector<std::uintptr_t> found;
    for (const Range& range : written_mappings()) {
      if (address_of(m_buffer) < range.begin || address_of(m_buffer) >= range.end) {
        search(range, found);
      } else {
        search({range.begin, address_of(m_buffer)}, found);
        search({address_of(m_buffer) + k_size, range.end}, found);
      }
    }
    return found;
  }

 private:
  static constexpr std::size_t k_size = 1U << 20U;

  /// The offsets in `bytes`.
  static std::vector<std::size_t> hits(std::string_view bytes) {
    const auto unveils = [](char seen, char veiled) {
      return (static_cast<unsigned char>(seen) ^ k_veil) == static_cast<unsigned char>(veiled);
    };
    const auto first = static_cast<char>(static_cast<unsigned char>(k_veiled.front()) ^ k_veil);
    std::vector<std::size_t> found;
    for (std::size_t at = 0; (at = bytes.find(first, at)) != std::string_view::npos; ++at) {
      const std::string_view there = bytes.substr(at, k_veiled.size());
      if (std::equal(there.begin(), there.end(), k_veiled.begin(), k_veiled.end(), unveils)) {
        found.push_back(at);
      }
    }
    return found;
  }

  void search(const Range& range, std::vector<std::uintptr_t>& found) const {
    const std::size_t step = k_size - k_veiled.size();
    for (std::uintptr_t at = range.begin; at < range.end; at += step) {
      const ssize_t size = ::pread(m_memory.get(),
                                   m_buffer,
                                   std::min<std::size_t>(k_size, range.end - at),
                                   static_cast<off_t>(at));
      for (const std::size_t hit :
           hits({m_buffer, static_cast<std::size_t>(std::max<ssize_t>(size, 0))})) {
        found.push_back(at + hit);
      }
      ::explicit_bzero(m_buffer, k_size);
    }
  }

  base::Fd m_memory;
  char* m_buffer;
};

/// The VmFlags of the mapping that holds `at` (proc(5), smaps).
std::string flags_of(const void* at) {
  std::ifstream smaps{"/proc/self/smaps"};
  bool inside = false;
  for (std::string line; std::getline(smaps, line);) {
    Range range;
    char dash = 0;
    if (std::istringstream{line} >> std::hex >> range.begin >> dash >> range.end && dash == '-') {
      inside = range.begin <= address_of(at) && address_of(at) < range.end;
    } else if (inside && line.starts_with("VmFlags:")) {
      return line + " ";
    }
  }
  return "";
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool k_locks = false;  // sanitizers turn mlock(2) into nothing that says it worked
#elif defined(__has_feature)
constexpr bool k_locks = !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer) &&
                         !__has_feature(memory_sanitizer);
#else
constexpr bool k_locks = true;
#endif

TEST(Secret, IsLockedAndKeptOutOfCoresAndForks) {
  const Secret secret = needle();
  const std::string flags = flags_of(secret.view().data());
  EXPECT_TRUE(secret.is_locked()) << "see ulimit -l";
  EXPECT_EQ(flags.find(" lo ") != std::string::npos, k_locks) << flags;
  EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
  EXPECT_NE(flags.find(" wf "), std::string::npos) << flags;
}

TEST(Secret, IsThereOnceAndNowhereAfterItsEnd) {
  const MemorySearch search;
  ASSERT_TRUE(search.run().empty());
  {
    const Secret secret = needle();
    EXPECT_EQ(search.run(), std::vector{address_of(secret.view().data())});
    const Secret other = needle();
    EXPECT_EQ(search.run().size(), 2U);
  }
  EXPECT_TRUE(search.run().empty());
}

TEST(Secret, IsHandedOverNotCopied) {
  const MemorySearch search;
  Secret first = needle();
  const char* const at = first.view().data();
  Secret second = std::move(first);
  EXPECT_EQ(second.view().data(), at);
  EXPECT_TRUE(first.view().empty());  // NOLINT(bugprone-use-after-move): that is the question
  Secret third = needle();
  third = std::move(second);
  EXPECT_EQ(third.view().data(), at);
  EXPECT_EQ(search.run(), std::vector{address_of(at)});
  third.clear();
  EXPECT_TRUE(third.view().empty());
  EXPECT_TRUE(search.run().empty());
}

TEST(Secret, ReachesNoChild) {
  const Secret secret = needle();
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string_view seen = secret.view();
    ::_exit(std::all_of(seen.begin(), seen.end(), [](char c) { return c == '\0'; }) ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Secret, HasALineEndBehindItAlways) {
  Secret secret = needle();
  EXPECT_EQ(secret.line().size(), secret.view().size() + 1);
  EXPECT_EQ(secret.line().back(), '\n');
  const char last = secret.view().back();
  EXPECT_FALSE(secret.drop(static_cast<char>(~last)));
  EXPECT_TRUE(secret.drop(last));
  EXPECT_EQ(secret.line().size(), k_veiled.size());
  EXPECT_EQ(secret.line().back(), '\n');
  secret.clear();
  EXPECT_EQ(secret.line(), "\n");
  EXPECT_FALSE(secret.drop('\n'));
}

TEST(Secret, WorksWhereNoMemoryMayBeLocked) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_MEMLOCK, &none);
    // Root may lock whatever the limit.
    const bool dropped = ::geteuid() != 0 || ::setresuid(65534, 65534, 65534) == 0;
    const auto secret = Secret::make();
    ::_exit(dropped && secret && secret->is_locked() != k_locks ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace lavavisor::process
