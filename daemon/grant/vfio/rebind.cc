#include "daemon/grant/vfio/rebind.h"

#include <string>
#include <string_view>
#include <utility>

namespace acceld::daemon::vfio {
namespace {

constexpr std::string_view kVfioPci = "vfio-pci";

std::string OverridePath(const std::string& address) {
  return "sys/bus/pci/devices/" + address + "/driver_override";
}

}  // namespace

Status Rebinder::CheckLoaded() const {
  const auto driver = root_.KindOf("sys/bus/pci/drivers/vfio-pci");
  if (driver) return {};
  if (driver.error().code != ErrorCode::kNotFound) return Fail(driver.error());
  return Fail(ErrorCode::kUnsupported,
              "the driver vfio-pci is not loaded: an administrator has to run "
              "\"modprobe vfio-pci\" (modules-load.d(5) does at every start)");
}

Status Rebinder::WriteDriver(const std::string& driver, const char* attribute,
                             const std::string& address) const {
  auto written =
      writer_.Write("sys/bus/pci/drivers/" + driver + "/" + attribute, address);
  if (!written) {
    return Fail(
        std::move(written.error())
            .In(std::string(attribute) + " " + address + ", driver " + driver));
  }
  return written;
}

Status Rebinder::Take(const TakenFunction& function) const {
  // First: no other driver can then take it between unbind and bind.
  ACCELD_TRY_VOID(writer_.Write(OverridePath(function.address), kVfioPci));
  ACCELD_TRY(const std::string driver, DriverOf(root_, function.address));
  if (driver == kVfioPci) return {};
  if (driver != function.driver) {
    return Fail(ErrorCode::kBusy, function.address + " was bound to " +
                                      (driver.empty() ? "no driver" : driver) +
                                      " meanwhile");
  }
  if (!driver.empty()) {
    ACCELD_TRY_VOID(WriteDriver(driver, "unbind", function.address));
  }
  return WriteDriver("vfio-pci", "bind", function.address);
}

Status Rebinder::GiveBack(const TakenFunction& function) const {
  auto driver = DriverOf(root_, function.address);
  if (!driver) {
    if (driver.error().code == ErrorCode::kDeviceGone) return {};
    return Fail(std::move(driver.error()));
  }
  Status first;
  const auto note = [&first](Status status) {
    if (first && !status) first = std::move(status);
  };
  // The override before the bind: the old driver would not match else. An
  // empty line clears it (driver_set_override() of drivers/base/driver.c). What
  // somebody else has set meanwhile is theirs.
  const auto set = OverrideOf(root_, function.address);
  if (!set || *set == kVfioPci) {
    note(writer_.Write(
        OverridePath(function.address),
        function.driver_override.empty() ? "\n" : function.driver_override));
  }
  if (*driver == kVfioPci) {
    note(WriteDriver("vfio-pci", "unbind", function.address));
  } else if (!driver->empty()) {
    return first;  // its own again, or another's by an administrator's hand
  }
  if (!function.driver.empty()) {
    note(WriteDriver(function.driver, "bind", function.address));
  }
  return first;
}

Status Rebinder::GiveBack(const Undo& undo) const {
  Status first;
  for (auto one = undo.functions.rbegin(); one != undo.functions.rend();
       ++one) {
    Status given = GiveBack(*one);
    if (first && !given) first = std::move(given);
  }
  return first;
}

}  // namespace acceld::daemon::vfio
