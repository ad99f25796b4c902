#include "daemon/grant/vfio/vfio_binding.h"

#include "base/log.h"

namespace acceld::daemon::vfio {

VfioBinding::~VfioBinding() {
  if (is_restored_) return;
  const Status restored = binder_.Restore(held_);
  if (restored) return;
  binder_.Forget(held_);
  Log(LogLevel::kWarning, "vfio_still_taken",
      {{"group", held_.group}, {"what", restored.error().message}});
}

Status VfioBinding::Restore() {
  if (is_restored_) return {};
  ACCELD_TRY_VOID(binder_.Restore(held_));
  is_restored_ = true;
  return {};
}

}  // namespace acceld::daemon::vfio
