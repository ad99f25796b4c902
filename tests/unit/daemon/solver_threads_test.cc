#include "daemon/solver_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace acceld::daemon {
namespace {

constexpr uid_t kAlice = 1000;
constexpr uid_t kBob = 1001;

// A job that occupies a thread until it is let go.
class Blocker {
 public:
  // Returns once it runs.
  void Occupy(SolverThreads& threads, uid_t user) {
    ASSERT_TRUE(threads.Submit(user, [this] {
      started_.count_down();
      go_.wait();
      ended_ = true;
    }));
    started_.wait();
  }
  void LetGo() { go_.count_down(); }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  std::latch started_{1};
  std::latch go_{1};
  std::atomic<bool> ended_{false};
};

// Runs `at_end` when the last copy dies.
std::shared_ptr<void> Dying(std::function<void()> at_end) {
  return {nullptr, [at_end = std::move(at_end)](void*) { at_end(); }};
}

TEST(SolverThreads, Job_RunsOnAnotherThread) {
  SolverThreads threads(1);
  std::promise<std::thread::id> ran;
  ASSERT_TRUE(threads.Submit(
      kAlice, [&] { ran.set_value(std::this_thread::get_id()); }));
  EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
}

TEST(SolverThreads, OneUser_RunsOneJobAtATime) {
  std::atomic<bool> second_ran{false};
  std::latch bob(2);
  Blocker first;
  SolverThreads threads(2);
  first.Occupy(threads, kAlice);
  ASSERT_TRUE(threads.Submit(kAlice, [&] { second_ran = true; }));
  // It is Alice's turn between Bob's jobs, and one thread is free.
  ASSERT_TRUE(threads.Submit(kBob, [&] { bob.count_down(); }));
  ASSERT_TRUE(threads.Submit(kBob, [&] { bob.count_down(); }));
  bob.wait();
  EXPECT_FALSE(second_ran);
  std::latch all(1);
  ASSERT_TRUE(threads.Submit(kAlice, [&] { all.count_down(); }));
  first.LetGo();
  all.wait();
  EXPECT_TRUE(second_ran);
}

TEST(SolverThreads, Users_TakeTurns) {
  std::string order;  // one thread: written by one job at a time
  std::latch all(7);
  Blocker blocker;
  SolverThreads threads(1);
  blocker.Occupy(threads, 9);
  for (const char* user = "1112223"; *user != '\0'; ++user) {
    const char name = *user;
    ASSERT_TRUE(threads.Submit(static_cast<uid_t>(name - '0'), [&, name] {
      order.push_back(name);
      all.count_down();
    }));
  }
  blocker.LetGo();
  all.wait();
  EXPECT_EQ(order, "1231212");
}

TEST(SolverThreads, OneUsersJobs_RunInOrder) {
  std::string order;
  std::latch all(3);
  SolverThreads threads(3);
  for (const char name : {'a', 'b', 'c'}) {
    ASSERT_TRUE(threads.Submit(kAlice, [&, name] {
      order.push_back(name);
      all.count_down();
    }));
  }
  all.wait();
  EXPECT_EQ(order, "abc");
}

TEST(SolverThreads, OneJobTooManyOfAUser_IsQuotaExceeded) {
  std::latch all(SolverThreads::kMaxPerUser);
  Blocker blocker;
  SolverThreads threads(1);
  blocker.Occupy(threads, kAlice);
  for (std::size_t i = 1; i < SolverThreads::kMaxPerUser; ++i) {
    ASSERT_TRUE(threads.Submit(kAlice, [&] { all.count_down(); }));
  }
  const Status refused = threads.Submit(kAlice, [] { FAIL(); });
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kQuotaExceeded);
  EXPECT_TRUE(threads.Submit(kBob, [&] { all.count_down(); }));
  blocker.LetGo();
  all.wait();
  EXPECT_TRUE(threads.Submit(kAlice, [] {}));
}

TEST(SolverThreads, TooManyJobsInAll_IsBusy) {
  constexpr std::size_t kUsers =
      SolverThreads::kMaxInAll / SolverThreads::kMaxPerUser;
  Blocker blocker;
  SolverThreads threads(1);
  blocker.Occupy(threads, 0);
  for (std::size_t i = 1; i < SolverThreads::kMaxInAll; ++i) {
    ASSERT_TRUE(threads.Submit(static_cast<uid_t>(i % kUsers), [] {}));
  }
  const Status refused = threads.Submit(kAlice, [] { FAIL(); });
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  blocker.LetGo();
}

TEST(SolverThreads, Destroyed_DropsWhatWaitsAndFinishesWhatRuns) {
  std::atomic<bool> waiting_ran{false};
  std::promise<void> dropped;
  Blocker running;
  std::optional<SolverThreads> threads(1);
  running.Occupy(*threads, kAlice);
  ASSERT_TRUE(threads->Submit(
      kBob, [&waiting_ran, token = Dying([&] { dropped.set_value(); })] {
        waiting_ran = true;
      }));
  std::thread destroyer([&] { threads.reset(); });
  dropped.get_future().wait();
  EXPECT_FALSE(running.ended());
  running.LetGo();
  destroyer.join();
  EXPECT_TRUE(running.ended());
  EXPECT_FALSE(waiting_ran);
}

TEST(SolverThreads, JobWhoseCapturesSubmitAsTheyDie_DoesNotDeadlock) {
  std::promise<void> ran;
  SolverThreads threads(1);
  ASSERT_TRUE(threads.Submit(kAlice, [token = Dying([&] {
                                        EXPECT_TRUE(threads.Submit(
                                            kBob, [&] { ran.set_value(); }));
                                      })] {}));
  ran.get_future().wait();
}

TEST(SolverThreads, DroppedJobWhoseCapturesSubmit_IsUnavailable) {
  std::promise<ErrorCode> code;
  Blocker running;
  std::optional<SolverThreads> threads(1);
  SolverThreads& alive = *threads;
  running.Occupy(alive, kAlice);
  ASSERT_TRUE(alive.Submit(kBob, [token = Dying([&] {
                                    const Status late =
                                        alive.Submit(kBob, [] { FAIL(); });
                                    code.set_value(late.error().code);
                                  })] { FAIL(); }));
  std::thread destroyer([&] { threads.reset(); });
  EXPECT_EQ(code.get_future().get(), ErrorCode::kUnavailable);
  running.LetGo();
  destroyer.join();
}

}  // namespace
}  // namespace acceld::daemon
