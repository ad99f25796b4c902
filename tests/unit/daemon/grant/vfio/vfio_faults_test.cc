// Every system call of a grant by VFIO failed once, those of the kernel's
// double and those of the journal and of the reading of sysfs alike.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ioctl.h"
#include "base/log.h"
#include "daemon/grant/device_opener.h"
#include "daemon/grant/vfio/journal.h"
#include "daemon/grant/vfio/sysfs_writer.h"
#include "daemon/grant/vfio/vfio_binder.h"
#include "tests/support/expect_faults.h"
#include "tests/support/syscall_faults.h"
#include "tests/unit/daemon/grant/vfio/vfio_machine.h"

// Instead of the C library's: a disk would take most of the time of a thousand
// binds. May be the call that fails like any other.
extern "C" int fsync(int /*fd*/) {
  const int error = acceld::testing::StandForCall(SYS_fsync);
  if (error != 0) errno = error;
  return error == 0 ? 0 : -1;
}

namespace acceld::daemon::vfio {
namespace {

using acceld::testing::ExpectNoComplaints;
using acceld::testing::FailEachSystemCall;
using acceld::testing::FakeKernel;
using acceld::testing::FaultedRun;
using acceld::testing::NewIn;
using acceld::testing::StandForCall;
using acceld::testing::VfioMachine;
using acceld::testing::WhatIsHeld;
using acceld::testing::WithoutFaults;

// Each call of the kernel's double stands for one system call; those that the
// double makes of its own do not count.
class FailingKernel final : public SysfsWriter,
                            public DeviceOpener,
                            public Ioctls {
 public:
  explicit FailingKernel(FakeKernel& kernel) : kernel_(kernel) {}

  [[nodiscard]] Status Write(std::string_view path,
                             std::string_view text) const override {
    const int error = StandForCall(SYS_write);
    const WithoutFaults own;
    if (error != 0) return FailErrno(path, error);
    return kernel_.Write(path, text);
  }
  [[nodiscard]] Result<UniqueFd> Open(const OpenToken& token,
                                      const std::string& path,
                                      dev_t device) const override {
    const int error = StandForCall(SYS_openat);
    const WithoutFaults own;
    if (error != 0) return FailErrno(path, error);
    return kernel_.Open(token, path, device);
  }
  [[nodiscard]] int Call(int fd, unsigned long request,
                         void* argument) const override {
    const int error = StandForCall(SYS_ioctl);
    const WithoutFaults own;
    return error != 0 ? -error : kernel_.Call(fd, request, argument);
  }

 private:
  FakeKernel& kernel_;
};

// Two functions that have to be taken, one with an override of its own.
struct Machine : VfioMachine {
  explicit Machine(bool has_iommufd = false) : failing(kernel) {
    SetLogLevel(LogLevel::kError);  // hundreds of runs
    kernel.has_iommufd = has_iommufd;
    kernel.Add({kAudio, 2, "snd", kGroup});
    kernel.SetOverride(kAudio, "snd");
    binder = std::make_unique<VfioBinder>(
        VfioBinder::Parts{root, failing, failing, failing, offers,
                          [](dev_t) {
                            return Result<std::vector<Holder>>(
                                std::vector<Holder>());
                          }},
        Journal::Open(directory.At("vfio")));
    before = State();
  }
  // What must be as before: functions, journal, and what this process holds.
  [[nodiscard]] std::vector<std::string> State() const {
    std::vector<std::string> state = WhatIsHeld();
    for (const std::string& one : kernel.State()) state.push_back(one);
    for (const std::string& file : JournalFiles()) {
      // A draft is no entry, and the next one replaces it.
      if (!file.ends_with(".new")) state.push_back("journal " + file);
    }
    return state;
  }
  [[nodiscard]] std::string Changed() const {
    const auto after = State();
    return NewIn(before, after) + NewIn(after, before);
  }

  FailingKernel failing;
  std::unique_ptr<VfioBinder> binder;
  std::vector<std::string> before;
};

std::string CheckBind(FaultedRun& run, bool has_iommufd) {
  Machine machine(has_iommufd);
  {
    std::optional<Result<Bound>> bound;
    run.Attempt([&] { bound.emplace(machine.Bind(*machine.binder)); });
    if (bound && !*bound && !run.Fits(bound->error())) {
      return "unfitting error " +
             std::string(ErrorCodeName(bound->error().code)) + ": " +
             bound->error().message;
    }
    if (bound && *bound) {
      (*bound)->grants.clear();
      const Status restored = (*bound)->binding->Restore();
      if (!restored) return "not restored: " + restored.error().message;
    }
  }
  if (const auto changed = machine.Changed(); !changed.empty()) return changed;
  const auto again = machine.Bind(*machine.binder);
  return again ? "" : "cannot be bound any more: " + again.error().message;
}

TEST(VfioFaults, BindByGroup_LeavesAllAsItWas) {
  ExpectNoComplaints(FailEachSystemCall(
      [](FaultedRun& run) { return CheckBind(run, false); }));
}

TEST(VfioFaults, BindByIommufd_LeavesAllAsItWas) {
  ExpectNoComplaints(
      FailEachSystemCall([](FaultedRun& run) { return CheckBind(run, true); }));
}

// What cannot be given back stays taken, and is given back the next time.
TEST(VfioFaults, Restore_IsDoneOrCanBeDoneAgain) {
  ExpectNoComplaints(FailEachSystemCall([](FaultedRun& run) -> std::string {
    Machine machine;
    auto bound = machine.Bind(*machine.binder);
    if (!bound) return bound.error().message;
    bound->grants.clear();
    std::optional<Status> restored;
    run.Attempt([&] { restored.emplace(bound->binding->Restore()); });
    if (!restored || !*restored) {
      if (restored && !run.Fits(restored->error())) {
        return "unfitting error: " + restored->error().message;
      }
      const Status again = bound->binding->Restore();
      if (!again) return "cannot be restored: " + again.error().message;
    }
    return machine.Changed();
  }));
}

// A daemon that died `writes` into a rebind, and one that starts after it.
std::string CheckRecover(FaultedRun& run, int writes) {
  Machine machine;
  machine.kernel.dead_after = writes;
  if (machine.Bind(*machine.binder)) return "the daemon lives";
  machine.kernel.dead_after.reset();
  run.Attempt([&] { machine.binder->Recover(); });
  machine.binder->Recover();
  return machine.Changed();
}

// Whatever fails, a later start gives back what is left.
TEST(VfioFaults, RecoverOfAnUnboundFunction_IsDoneOrCanBeDoneAgain) {
  ExpectNoComplaints(
      FailEachSystemCall([](FaultedRun& run) { return CheckRecover(run, 2); }));
}

TEST(VfioFaults, RecoverOfATakenFunction_IsDoneOrCanBeDoneAgain) {
  ExpectNoComplaints(
      FailEachSystemCall([](FaultedRun& run) { return CheckRecover(run, 5); }));
}

}  // namespace
}  // namespace acceld::daemon::vfio
