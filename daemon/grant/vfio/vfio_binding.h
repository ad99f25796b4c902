// VfioBinding: what one grant by VFIO took. Part of VfioBinder.
#pragma once

#include <utility>
#include <vector>

#include "daemon/grant/binding.h"
#include "daemon/grant/vfio/vfio_binder.h"

namespace acceld::daemon::vfio {

class VfioBinding final : public Binding {
 public:
  VfioBinding(VfioBinder& binder, Held held)
      : binder_(binder), held_(std::move(held)) {}
  // What a client still holds stays taken; the journal knows of it.
  ~VfioBinding() override;

  // The client has descriptors, and no right to open anything again.
  void Revoke() noexcept override {}
  [[nodiscard]] Result<std::vector<Holder>> FindHolders() override {
    return binder_.FindHolders(held_);
  }
  [[nodiscard]] Status Restore() override;

 private:
  VfioBinder& binder_;
  Held held_;
  bool is_restored_ = false;
};

}  // namespace acceld::daemon::vfio
