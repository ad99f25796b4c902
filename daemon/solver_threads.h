// Threads that solve requests, so that the event loop never does. Fair: users
// take turns, and one user has one solve running at a time.
//
// Thread-safe.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "base/result.h"

namespace acceld::daemon {

class SolverThreads {
 public:
  // How many jobs of one user may wait or run.
  static constexpr std::size_t kMaxPerUser = 16;
  static constexpr std::size_t kMaxInAll = 256;

  // Starts `threads` (>= 1) threads. Signals must be blocked already.
  explicit SolverThreads(unsigned threads);
  // Drops what waits, finishes what runs.
  ~SolverThreads();
  SolverThreads(const SolverThreads&) = delete;
  SolverThreads& operator=(const SolverThreads&) = delete;

  // Runs `job` on a thread when `user`'s turn comes. Errors: kQuotaExceeded
  // (the user has too many), kBusy (everybody has too many), kUnavailable
  // (stopping).
  [[nodiscard]] Status Submit(uid_t user, std::function<void()> job);

 private:
  void Work();
  // The next user whose turn it is, or nothing. Requires: mutex_ held.
  [[nodiscard]] std::map<uid_t, std::deque<std::function<void()>>>::iterator
  NextUser();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uid_t, std::deque<std::function<void()>>> waiting_;  // none empty
  std::set<uid_t> running_;
  uid_t last_ = 0;  // who was served last
  std::size_t in_all_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace acceld::daemon
