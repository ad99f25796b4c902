// ProcBinding: a device of which nothing is known but what /proc shows: closed
// when no process has its number open, by whatever path.
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

#include "base/result.h"
#include "daemon/grant/binding.h"
#include "daemon/grant/holders.h"

namespace acceld::daemon {

class ProcBinding final : public Binding {
 public:
  // Nothing: there is nobody to wait for.
  explicit ProcBinding(std::optional<dev_t> device) : device_(device) {}
  // What may be taken away is not acceld's: an open descriptor, or a node that
  // it did not make.
  void Revoke() noexcept override {}
  [[nodiscard]] Result<std::vector<Holder>> FindHolders() override {
    if (!device_) return std::vector<Holder>{};
    return daemon::FindHolders(*device_);
  }
  [[nodiscard]] Status Restore() override { return {}; }

 private:
  std::optional<dev_t> device_;
};

}  // namespace acceld::daemon
