#include "probes/uevent_monitor.h"

#include <libudev.h>

#include <cerrno>
#include <string>
#include <utility>

namespace acceld::probes {
namespace {

// Some 500 bytes of buffer an event: 30,000 of them. The kernel grants as much
// to who has CAP_NET_ADMIN; others get net.core.rmem_max, and lose events in a
// storm, which is answered by reading everything again.
constexpr int kReceiveBuffer = 16 << 20;

struct UdevCloser {
  void operator()(udev* library) const { (void)udev_unref(library); }
};

struct DeviceCloser {
  void operator()(udev_device* device) const {
    (void)udev_device_unref(device);
  }
};

std::string Text(const char* text) { return text == nullptr ? "" : text; }

}  // namespace

void UeventMonitor::Closer::operator()(udev_monitor* monitor) const {
  (void)udev_monitor_unref(monitor);
}

Result<UeventMonitor> UeventMonitor::Open() {
  // The monitor holds a reference of its own.
  const std::unique_ptr<udev, UdevCloser> library(udev_new());
  if (library == nullptr) return FailErrno("udev_new", errno);
  Handle monitor(udev_monitor_new_from_netlink(library.get(), "kernel"));
  if (monitor == nullptr) return FailErrno("open the uevent socket", errno);
  // What is not granted leaves the default.
  (void)udev_monitor_set_receive_buffer_size(monitor.get(), kReceiveBuffer);
  const int error = udev_monitor_enable_receiving(monitor.get());
  if (error < 0) return FailErrno("join the uevent group", -error);
  return UeventMonitor(std::move(monitor));
}

int UeventMonitor::fd() const { return udev_monitor_get_fd(monitor_.get()); }

UeventMonitor::Batch UeventMonitor::Receive() {
  Batch batch;
  while (batch.events.size() < kMostAtOnce) {
    errno = 0;
    const std::unique_ptr<udev_device, DeviceCloser> device(
        udev_monitor_receive_device(monitor_.get()));
    if (device == nullptr) {
      batch.lost = errno == ENOBUFS;
      return batch;
    }
    const auto variable = [&](const char* name) {
      return Text(udev_device_get_property_value(device.get(), name));
    };
    batch.events.push_back({Text(udev_device_get_action(device.get())),
                            Text(udev_device_get_devpath(device.get())),
                            Text(udev_device_get_subsystem(device.get())),
                            variable("WEDGED"), variable("ERROR_EVENT"),
                            variable("DEVICE_ONLINE")});
  }
  return batch;
}

}  // namespace acceld::probes
