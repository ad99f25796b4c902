// SliceWatch: a thread that hears from the API server when somebody changes
// this node's slices, so that they are put right at once and need not be asked
// for all the time: a list of each node's, twice a minute, is much for a large
// cluster's server.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "integrations/kubernetes/dra/kubernetes_api.h"
#include "integrations/kubernetes/dra/release.h"

namespace acceld::dra {

class SliceWatch {
 public:
  // Starts the thread, which calls `changed`; also where the watch ended or
  // failed, after a while that grows up to a minute, for then nobody knows.
  // `api` must outlive it.
  SliceWatch(KubernetesApi& api, Release release, std::string node,
             std::function<void()> changed);
  // Waits for the call in progress, which HttpsConnection::Stop() cuts short.
  ~SliceWatch();
  SliceWatch(const SliceWatch&) = delete;
  SliceWatch& operator=(const SliceWatch&) = delete;

 private:
  void Run();

  KubernetesApi& api_;
  const Release release_;
  const std::string node_;
  const std::function<void()> changed_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace acceld::dra
