// Many processes that want one release, and some that die over it.
// SPDX-License-Identifier: Apache-2.0
#include "adapters/release/claim.hpp"

#include "adapters/release/file_binaries.hpp"
#include "base/file.hpp"
#include "contract/claim_contract.hpp"
#include "temp_folder.hpp"

#include <gtest/gtest.h>

#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

namespace lavavisor {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

struct DiskWorld {
  ports::BinaryStore& store() { return m_store; }
  ports::BinaryInventory& inventory() { return m_inventory; }
  model::Path directory() const { return m_folder.path() / "lava"; }
  void place(const model::Release& release, const std::string& content) {
    const auto place = model::binary_file(directory(), release);
    release::spill(place.string() + ".new", content);
    fs::rename(place.string() + ".new", place);
  }
  void remove(const model::Release& release) {
    fs::remove(model::binary_file(directory(), release));
  }

 private:
  release::TempFolder m_folder;
  release::FileBinaryStore m_store;
  release::FileBinaryInventory m_inventory;
};

}  // namespace

namespace contract {
INSTANTIATE_TYPED_TEST_SUITE_P(Disk, ClaimContract, DiskWorld);
}  // namespace contract

namespace release {
namespace {

const model::Release k_release{"6.2.5"};

/// Memory that processes forked from here share.
template <class T>
class Shared {
 public:
  Shared() {
    void* memory =
        ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      throw std::runtime_error("no shared memory");
    }
    m_value = new (memory) T{};
  }
  ~Shared() { ::munmap(m_value, sizeof(T)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  T& operator*() { return *m_value; }
  T* operator->() { return m_value; }

 private:
  T* m_value;
};

pid_t fork_to(const std::function<bool()>& work) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::_exit(work() ? 0 : 1);
  }
  return pid;
}

int end_of(pid_t pid) {
  int status = -1;
  ::waitpid(pid, &status, 0);
  return status;
}

/// For what the kernel does not tell; only a fault meets the limit.
bool eventually(const std::function<bool()>& condition) {
  for (const auto end = std::chrono::steady_clock::now() + 60s; !condition();) {
    if (std::chrono::steady_clock::now() > end) {
      return false;
    }
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

/// The process waits for a claim: it has begun to watch a file.
bool is_waiting(pid_t pid) {
  std::error_code error;
  for (const auto& fd : fs::directory_iterator{"/proc/" + std::to_string(pid) + "/fd", error}) {
    if (fs::read_symlink(fd.path(), error) == "anon_inode:inotify") {
      return true;
    }
  }
  return false;
}

class FileClaims : public ::testing::Test {
 protected:
  base::Result<ports::Claimed> claim(std::stop_token stop = {}) {
    return store.claim(directory, k_release, std::move(stop));
  }

  /// A process that has the claim until it is killed.
  pid_t fork_holder() {
    Shared<std::atomic<bool>> has;
    const pid_t pid = fork_to([&] {
      const auto claimed = claim();
      *has = claimed.has_value();
      while (*has) {
        ::pause();
      }
      return false;
    });
    EXPECT_TRUE(eventually([&] { return has->load(); }));
    return pid;
  }

  TempFolder folder;
  fs::path directory = folder.path() / "lava";
  fs::path place = model::binary_file(directory, k_release);
  fs::path lock = model::claim_file(directory, k_release);
  FileBinaryStore store;
};

TEST_F(FileClaims, LeadToOneDownloadByManyProcesses) {
  constexpr unsigned k_processes = 20;
  struct Tally {
    pthread_barrier_t start;
    std::atomic<int> inside = 0;
    std::atomic<int> collisions = 0;
    std::atomic<int> downloads = 0;
    std::atomic<int> taken = 0;
  };
  for (int round = 0; round < 5; ++round) {
    Shared<Tally> tally;
    pthread_barrierattr_t shared{};
    ::pthread_barrierattr_init(&shared);
    ::pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
    ::pthread_barrier_init(&tally->start, &shared, k_processes);
    std::vector<pid_t> pids;
    for (unsigned i = 0; i < k_processes; ++i) {
      pids.push_back(fork_to([&] {
        ::pthread_barrier_wait(&tally->start);
        const auto claimed = claim();
        tally->collisions += tally->inside++ == 0 ? 0 : 1;
        if (claimed && !claimed->installed) {
          ++tally->downloads;
          std::this_thread::sleep_for(20ms);  // a download takes its time
          spill(place, "binary");
        } else if (claimed) {
          ++tally->taken;
        }
        --tally->inside;
        return claimed.has_value();
      }));
    }
    for (const pid_t pid : pids) {
      EXPECT_EQ(end_of(pid), 0);
    }
    EXPECT_EQ(tally->downloads, 1);
    EXPECT_EQ(tally->taken, static_cast<int>(k_processes) - 1);
    EXPECT_EQ(tally->collisions, 0);
    EXPECT_FALSE(fs::exists(lock));
    fs::remove(place);
  }
}

TEST_F(FileClaims, AreTakenOverFromTheDeadAtOnce) {
  const pid_t holder = fork_holder();
  EXPECT_EQ(slurp(lock), std::to_string(holder) + "\n");
  Shared<std::atomic<int>> claims;
  std::vector<pid_t> waiters;
  for (int i = 0; i < 5; ++i) {
    waiters.push_back(fork_to([&] { return claim().has_value() && ++*claims > 0; }));
    EXPECT_TRUE(eventually([&] { return is_waiting(waiters.back()); }));
  }
  EXPECT_EQ(*claims, 0);
  ::kill(holder, SIGKILL);
  const auto killed = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] { return *claims > 0; }));
  const auto took = std::chrono::steady_clock::now() - killed;
  RecordProperty("takeover_us", static_cast<int>(took / 1us));
  for (const pid_t pid : waiters) {
    EXPECT_EQ(end_of(pid), 0);
  }
  end_of(holder);
  EXPECT_FALSE(fs::exists(lock));
}

TEST_F(FileClaims, AreTakenOverFromAHolderThatDiedLongAgo) {
  const pid_t holder = fork_holder();
  ::kill(holder, SIGKILL);
  end_of(holder);
  EXPECT_TRUE(fs::exists(lock));
  const auto claimed = claim();
  EXPECT_TRUE(claimed);
  EXPECT_EQ(slurp(lock), std::to_string(::getpid()) + "\n");
}

TEST_F(FileClaims, AreNoLongerWaitedForWhenAskedToStop) {
  const pid_t holder = fork_holder();
  std::stop_source stop;
  auto waiting = std::async(std::launch::async, [&] { return claim(stop.get_token()); });
  EXPECT_TRUE(eventually([] { return is_waiting(::getpid()); }));
  EXPECT_EQ(waiting.wait_for(0s), std::future_status::timeout);
  stop.request_stop();
  const auto claimed = waiting.get();
  ASSERT_FALSE(claimed);
  EXPECT_EQ(claimed.error().message,
            "release 6.2.5: interrupted while another lavavisor (pid " + std::to_string(holder) +
                ") obtains it");
  ::kill(holder, SIGKILL);
  end_of(holder);
}

TEST_F(FileClaims, SayOnceForWhomTheyWait) {
  auto held = claim();
  testing::internal::CaptureStderr();
  auto waiting = std::async(std::launch::async, [&] { return claim(); });
  EXPECT_TRUE(eventually([] { return is_waiting(::getpid()); }));
  held->claim.reset();
  EXPECT_TRUE(waiting.get());
  const auto log = testing::internal::GetCapturedStderr();
  const std::string line = "another lavavisor (pid " + std::to_string(::getpid()) +
                           ") is obtaining release 6.2.5; waiting for it";
  EXPECT_NE(log.find(line), std::string::npos) << log;
  EXPECT_EQ(log.find(line), log.rfind(line));
}

TEST_F(FileClaims, FollowTheirDirectoryWhenItIsMadeAnew) {
  const auto before = claim();
  auto waiting = std::async(std::launch::async, [&] { return claim(); });
  EXPECT_TRUE(eventually([] { return is_waiting(::getpid()); }));
  fs::remove_all(directory);
  EXPECT_TRUE(waiting.get()) << "the lock of a file that nobody finds binds nobody";
}

TEST_F(FileClaims, LeaveTheLockOfAnotherAlone) {
  auto before = claim();
  fs::remove(lock);
  const auto after = claim();
  ASSERT_TRUE(after);
  before->claim.reset();
  EXPECT_TRUE(fs::exists(lock));
}

TEST_F(FileClaims, AreSharedWithAUserWhoMayOnlyReadTheLock) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "needs root";
  }
  const auto upgrades = model::upgrades_dir(directory);
  fs::create_directories(upgrades);
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(upgrades.c_str(), 0777), 0);
  spill(lock, "");
  Shared<std::atomic<bool>> has;
  Shared<std::atomic<bool>> may_end;
  const pid_t nobody = fork_to([&] {
    const bool dropped = ::setgid(65534) == 0 && ::setuid(65534) == 0;
    const auto claimed = claim();
    *has = true;
    return eventually([&] { return may_end->load(); }) && dropped && claimed;
  });
  EXPECT_TRUE(eventually([&] { return has->load(); }));
  auto waiting = std::async(std::launch::async, [&] { return claim(); });
  EXPECT_TRUE(eventually([] { return is_waiting(::getpid()); }));
  *may_end = true;
  EXPECT_TRUE(waiting.get());
  EXPECT_EQ(end_of(nobody), 0);
}

TEST_F(FileClaims, SayWhatStandsInTheirWay) {
  fs::create_directories(model::upgrades_dir(directory));
  fs::create_symlink("/dev/null", lock);
  EXPECT_EQ(claim().error().message,
            "release 6.2.5: cannot open " + lock.string() + ": it is a symbolic link");
  fs::remove(lock);
  ASSERT_EQ(::mkfifo(lock.c_str(), 0600), 0);
  EXPECT_NE(claim().error().message.find("it is not a regular file"), std::string::npos);
  fs::remove_all(directory);
  spill(directory, "a file in its place");
  const auto upgrades = model::upgrades_dir(directory).string();
  EXPECT_EQ(claim().error().message,
            "release 6.2.5: cannot create folder " + upgrades + ": " + directory.string() +
                " is not a directory");
}

}  // namespace
}  // namespace release
}  // namespace lavavisor
