#include "daemon/grant/open_token.h"

#include <algorithm>
#include <array>
#include <string>

namespace acceld::daemon {
namespace {

struct Row {
  std::string_view framework;
  std::string_view driver;  // empty: every driver of the framework
};

// Frameworks whose open() records neither address space nor process, by their
// source: drm_file.c, ivpu_drv.c, qaic_drv.c, rocket_drv.c, ethosu_drv.c,
// gasket_core.c, dfl-afu-main.c, uverbs_main.c, vfio/group.c, vfio/vfio_main.c,
// vfio/mdev. amdxdna and habanalabs are "accel" too, and not here: the one
// binds current->mm, the other kills its opener on a reset.
constexpr std::array kBindsNothing = {
    Row{"accel", "ethosu"}, Row{"accel", "intel_vpu"}, Row{"accel", "qaic"},
    Row{"accel", "rocket"}, Row{"apex", ""},           Row{"dfl", ""},
    Row{"drm", ""},         Row{"infiniband", ""},     Row{"mdev", ""},
    Row{"vfio", ""},
};

}  // namespace

Result<OpenToken> OpenToken::For(std::string_view framework,
                                 std::string_view driver) {
  const bool known = std::any_of(
      kBindsNothing.begin(), kBindsNothing.end(), [&](const Row& row) {
        return row.framework == framework &&
               (row.driver.empty() || row.driver == driver);
      });
  if (known) return OpenToken();
  return Fail(ErrorCode::kUnsupported,
              "what an open() of framework \"" + std::string(framework) +
                  "\", driver \"" + std::string(driver) +
                  "\" binds is not known to be nothing: its client has to "
                  "open it");
}

}  // namespace acceld::daemon
