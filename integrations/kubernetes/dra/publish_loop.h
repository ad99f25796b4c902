// PublishLoop: a thread that keeps the slices at the API server right: at once
// where the pool changed, now and then in any case, and again after a failure,
// ever more slowly. An API server that is slow or away stops nothing else.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

#include "integrations/kubernetes/dra/inventory.h"
#include "integrations/kubernetes/dra/publisher.h"

namespace acceld::dra {

class PublishLoop {
 public:
  // Starts the thread; what it is given must outlive it. `look`: how often what
  // is at the server is looked at without a change here.
  PublishLoop(Publisher& publisher, const Inventory& inventory,
              std::chrono::milliseconds look);
  // Waits for the call in progress, which HttpsConnection::Stop() cuts short.
  ~PublishLoop();
  PublishLoop(const PublishLoop&) = delete;
  PublishLoop& operator=(const PublishLoop&) = delete;

  // The pool, or what the server has, may be different.
  void Poke();

 private:
  void Run();
  // What to wait until the next look.
  [[nodiscard]] std::chrono::milliseconds PublishOnce();

  Publisher& publisher_;
  const Inventory& inventory_;
  const std::chrono::milliseconds look_;
  int failures_ = 0;  // of the thread
  std::minstd_rand chance_{std::random_device()()};
  std::mutex mutex_;
  std::condition_variable woken_;
  bool poked_ = true;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace acceld::dra
