// Inventory: what acceld said last of this machine, as it is published. Asked
// again when it may have changed. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/document.h"
#include "base/result.h"
#include "client/client.h"
#include "integrations/kubernetes/dra/machine.h"
#include "integrations/kubernetes/dra/pool.h"
#include "integrations/kubernetes/dra/release.h"

namespace acceld::dra {

// acceld on a bus; connects when it is needed, and again when it was away.
// Thread-safe.
class Acceld {
 public:
  explicit Acceld(std::string bus) : bus_(std::move(bus)) {}

  // Runs `call` with the client. What fails with kUnavailable is not run
  // again, but the next call connects anew.
  template <typename Call>
  auto With(Call call) -> decltype(call(std::declval<client::Client&>())) {
    ACCELD_TRY(const std::shared_ptr<client::Client> client, Connected());
    auto result = call(*client);
    if (!result && result.error().code == ErrorCode::kUnavailable) {
      Forget(client);
    }
    return result;
  }

 private:
  [[nodiscard]] Result<std::shared_ptr<client::Client>> Connected();
  void Forget(const std::shared_ptr<client::Client>& client);

  const std::string bus_;
  std::mutex mutex_;
  std::shared_ptr<client::Client> client_;  // null: not connected
};

struct Snapshot {
  Machine machine;
  Pool pool;
  bool stand_in = false;  // soft devices stand in for a described machine's
};

class Inventory {
 public:
  // `acceld` must outlive it.
  Inventory(Acceld& acceld, Release release)
      : acceld_(acceld), release_(std::move(release)) {}

  // Asks acceld; one call after the other, so that what was said last counts.
  // Errors: kUnavailable, kCorruptInput.
  [[nodiscard]] Status Refresh();
  // The last; null before the first Refresh() that succeeded.
  [[nodiscard]] std::shared_ptr<const Snapshot> Now() const;

 private:
  Acceld& acceld_;
  const Release release_;
  std::mutex asking_;  // held while acceld is asked
  std::string text_;   // what it said, of who asks
  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> now_;
};

}  // namespace acceld::dra
