#include "daemon/solver_threads.h"

#include <utility>

namespace acceld::daemon {

SolverThreads::SolverThreads(unsigned threads) {
  threads_.reserve(threads);
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { Work(); });
  }
}

SolverThreads::~SolverThreads() {
  // Destroyed without the lock: what a job holds may submit as it dies.
  decltype(waiting_) dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(waiting_);
  }
  dropped.clear();
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

Status SolverThreads::Submit(uid_t user, std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Fail(ErrorCode::kUnavailable, "acceld is stopping");
    const auto found = waiting_.find(user);
    const std::size_t mine =
        (found == waiting_.end() ? 0 : found->second.size()) +
        running_.count(user);
    if (mine >= kMaxPerUser) {
      return Fail(ErrorCode::kQuotaExceeded,
                  "too many requests of this user are being solved; wait for "
                  "one to end");
    }
    if (in_all_ >= kMaxInAll) {
      return Fail(ErrorCode::kBusy, "too many requests; try again");
    }
    ++in_all_;
    waiting_[user].push_back(std::move(job));
  }
  changed_.notify_one();
  return {};
}

std::map<uid_t, std::deque<std::function<void()>>>::iterator
SolverThreads::NextUser() {
  // Round robin: the first user behind the last served whose turn it may be.
  auto start = waiting_.upper_bound(last_);
  for (std::size_t i = 0; i < waiting_.size(); ++i, ++start) {
    if (start == waiting_.end()) start = waiting_.begin();
    if (running_.count(start->first) == 0) return start;
  }
  return waiting_.end();
}

void SolverThreads::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    const auto next = NextUser();
    if (next == waiting_.end()) {
      if (stopping_) return;
      changed_.wait(lock);
      continue;
    }
    const uid_t user = next->first;
    std::function<void()> job = std::move(next->second.front());
    next->second.pop_front();
    if (next->second.empty()) waiting_.erase(next);
    running_.insert(user);
    last_ = user;
    lock.unlock();
    job();
    job = nullptr;  // without the lock, as in the destructor
    lock.lock();
    running_.erase(user);
    --in_all_;
    // For a job of the same user, which had to wait for this one.
    if (!waiting_.empty()) changed_.notify_one();
  }
}

}  // namespace acceld::daemon
