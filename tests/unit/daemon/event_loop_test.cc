#include "daemon/event_loop.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "base/unique_fd.h"
#include "tests/support/run_loop.h"

namespace acceld::daemon {
namespace {

using acceld::testing::RunReady;
using acceld::testing::RunUntil;

class Loop : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loop = EventLoop::Make();
    ASSERT_TRUE(loop.has_value()) << loop.error().message;
    loop_ = *std::move(loop);
  }

  std::unique_ptr<EventLoop> loop_;
};

// Readable from the start, and for ever.
UniqueFd Readable() { return UniqueFd(::eventfd(1, EFD_CLOEXEC)); }

TEST_F(Loop, Post_RunsInOrder) {
  std::string order;
  for (const char letter : {'a', 'b', 'c', 'd'}) {
    loop_->Post([&order, letter] { order.push_back(letter); });
  }
  EXPECT_EQ(order, "");
  RunReady(*loop_);
  EXPECT_EQ(order, "abcd");
}

TEST_F(Loop, Post_FromAPostedCall_RunsAfterIt) {
  std::string order;
  loop_->Post([&] {
    loop_->Post([&] { order.push_back('c'); });
    order.push_back('a');
  });
  loop_->Post([&] { order.push_back('b'); });
  RunReady(*loop_);
  EXPECT_EQ(order, "abc");
}

TEST_F(Loop, Post_FromAnotherThread_RunsInTheLoopsThreadInOrder) {
  constexpr int kCalls = 1000;
  int next = 0;
  std::thread poster([&] {
    for (int i = 0; i < kCalls; ++i) {
      loop_->Post([&, i] {
        EXPECT_NE(std::this_thread::get_id(), poster.get_id());
        EXPECT_EQ(i, next++);
      });
    }
  });
  RunUntil(*loop_, [&] { return next == kCalls; });
  poster.join();
}

TEST_F(Loop, Destroyed_DropsWhatWasPosted) {
  const auto token = std::make_shared<int>(0);
  loop_->Post([token] { FAIL(); });
  loop_.reset();
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(Loop, Stop_EndsRun) {
  bool ran = false;
  loop_->Post([&] {
    ran = true;
    loop_->Stop();
  });
  EXPECT_TRUE(loop_->Run().has_value());
  EXPECT_TRUE(ran);
}

TEST_F(Loop, Stop_BeforeRun_EndsItAfterWhatWasPosted) {
  bool ran = false;
  loop_->Post([&] { ran = true; });
  loop_->Stop();
  EXPECT_TRUE(loop_->Run().has_value());
  EXPECT_TRUE(ran);
}

TEST_F(Loop, Stop_FromAnotherThread_EndsRun) {
  std::thread stopper([this] { loop_->Stop(); });
  EXPECT_TRUE(loop_->Run().has_value());
  stopper.join();
}

TEST_F(Loop, WatchFd_TellsWhatHappened) {
  const UniqueFd fd(::eventfd(0, EFD_CLOEXEC));
  std::uint32_t seen = 0;
  std::optional<EventLoop::Source> source;
  auto made = loop_->WatchFd(fd.get(), EPOLLIN, [&](std::uint32_t revents) {
    seen = revents;
    source.reset();
  });
  ASSERT_TRUE(made.has_value());
  source = *std::move(made);
  RunReady(*loop_);
  EXPECT_EQ(seen, 0U);
  ASSERT_EQ(::eventfd_write(fd.get(), 1), 0);
  RunUntil(*loop_, [&] { return seen != 0; });
  EXPECT_EQ(seen, std::uint32_t{EPOLLIN});
}

TEST_F(Loop, WatchFd_CallbackThatDestroysItsSource_LivesOnToItsEnd) {
  const UniqueFd fd = Readable();
  const auto token = std::make_shared<int>(0);
  std::optional<EventLoop::Source> source;
  auto made =
      loop_->WatchFd(fd.get(), EPOLLIN, [&source, token](std::uint32_t) {
        source.reset();
        ++*token;  // what the callback holds is still there
      });
  ASSERT_TRUE(made.has_value());
  source = *std::move(made);
  RunReady(*loop_);
  EXPECT_EQ(*token, 1);
  EXPECT_EQ(token.use_count(), 1);
}

TEST_F(Loop, WatchFd_CallbackThatDestroysAnotherReadySource_SilencesIt) {
  const UniqueFd fd = Readable();
  const UniqueFd other = Readable();
  std::optional<EventLoop::Source> first;
  std::optional<EventLoop::Source> second;
  int calls = 0;
  const auto both_go = [&](std::uint32_t) {
    ++calls;
    first.reset();
    second.reset();
  };
  auto one = loop_->WatchFd(fd.get(), EPOLLIN, both_go);
  auto two = loop_->WatchFd(other.get(), EPOLLIN, both_go);
  ASSERT_TRUE(one.has_value());
  ASSERT_TRUE(two.has_value());
  first = *std::move(one);
  second = *std::move(two);
  RunReady(*loop_);
  EXPECT_EQ(calls, 1);
}

TEST_F(Loop, WatchFd_MovedSource_StillWatches) {
  const UniqueFd fd = Readable();
  int calls = 0;
  EventLoop::Source kept;
  auto made = loop_->WatchFd(fd.get(), EPOLLIN, [&](std::uint32_t) {
    ++calls;
    kept = EventLoop::Source();
  });
  ASSERT_TRUE(made.has_value());
  kept = *std::move(made);
  RunReady(*loop_);
  EXPECT_EQ(calls, 1);
}

TEST_F(Loop, WatchFd_NoDescriptor_IsAnError) {
  const auto source = loop_->WatchFd(-1, EPOLLIN, [](std::uint32_t) {});
  ASSERT_FALSE(source.has_value());
  EXPECT_EQ(source.error().code, ErrorCode::kIo);
}

TEST_F(Loop, After_CallsOnce) {
  int calls = 0;
  const auto source =
      loop_->After(std::chrono::microseconds(0), [&] { ++calls; });
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ(calls, 0);
  RunUntil(*loop_, [&] { return calls > 0; });
  RunReady(*loop_);
  EXPECT_EQ(calls, 1);
}

TEST_F(Loop, After_SourceDestroyed_IsSilent) {
  bool called = false;
  bool later = false;
  {
    const auto dropped =
        loop_->After(std::chrono::microseconds(0), [&] { called = true; });
    ASSERT_TRUE(dropped.has_value());
  }
  const auto source =
      loop_->After(std::chrono::microseconds(0), [&] { later = true; });
  ASSERT_TRUE(source.has_value());
  RunUntil(*loop_, [&] { return later; });
  EXPECT_FALSE(called);
}

TEST_F(Loop, After_LongDelay_IsNotDueNow) {
  bool called = false;
  const auto source =
      loop_->After(std::chrono::hours(1), [&] { called = true; });
  ASSERT_TRUE(source.has_value());
  RunReady(*loop_);
  EXPECT_FALSE(called);
}

TEST_F(Loop, WatchSignal_CallsInsteadOfKilling) {
  bool raised = false;
  const auto source = loop_->WatchSignal(SIGTERM, [&] { raised = true; });
  ASSERT_TRUE(source.has_value());
  ASSERT_EQ(::raise(SIGTERM), 0);
  EXPECT_FALSE(raised);
  RunUntil(*loop_, [&] { return raised; });
}

}  // namespace
}  // namespace acceld::daemon
