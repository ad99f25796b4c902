// What the kernel says while acceld rebinds a function, and what becomes of the
// leases on it: nothing.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/device_identity.h"
#include "daemon/machine.h"
#include "probes/changes.h"
#include "tests/unit/daemon/grant/vfio/vfio_machine.h"

namespace acceld::daemon::vfio {
namespace {

using acceld::testing::VfioMachine;

constexpr std::string_view kKey = "accelerator:vfio-0000:3a:00.0";

struct Event {
  const char* action;
  const char* below;  // the function's directory
  const char* subsystem;
};

probes::Changes ChangesOf(const std::vector<Event>& events) {
  probes::Changes changes;
  for (const Event& event : events) {
    changes.Add({event.action,
                 std::string("/devices/pci0000:3a/0000:3a:00.0") + event.below,
                 event.subsystem});
  }
  return changes;
}

class RebindEvents : public ::testing::Test {
 protected:
  void SetUp() override {
    auto machine = daemon::Machine::Make(
        {vfio_.kernel.tree.directory(), {}, {vfio_.offers}});
    ASSERT_TRUE(machine) << machine.error().message;
    machine_.emplace(*std::move(machine));
    before_ = IdentityOf(*machine_->topology(), kKey);
    ASSERT_FALSE(before_.names.empty());
  }
  // The snapshot follows, and the device is the same.
  void ExpectSameAfter(const probes::Changes& changes) {
    EXPECT_TRUE(machine_->Update(changes));
    EXPECT_EQ(IdentityOf(*machine_->topology(), kKey), before_);
    EXPECT_FALSE(IsAmong(before_, changes.removed));
  }

  VfioMachine vfio_;
  std::optional<daemon::Machine> machine_;
  DeviceIdentity before_;
};

TEST_F(RebindEvents, TakenAndGivenBack_TheDeviceIsTheSame) {
  const auto binder = vfio_.Start();
  auto bound = vfio_.Bind(*binder);
  ASSERT_TRUE(bound);
  ExpectSameAfter(ChangesOf({{"remove", "/nvme/nvme0", "nvme"},
                             {"unbind", "", "pci"},
                             {"add", "/vfio-dev/vfio0", "vfio-dev"},
                             {"add", "/../../virtual/vfio/30", "vfio"},
                             {"bind", "", "pci"}}));
  ASSERT_TRUE(bound->binding->Restore());
  ExpectSameAfter(ChangesOf({{"remove", "/vfio-dev/vfio0", "vfio-dev"},
                             {"remove", "/../../virtual/vfio/30", "vfio"},
                             {"unbind", "", "pci"},
                             {"add", "/nvme/nvme0", "nvme"},
                             {"bind", "", "pci"}}));
}

TEST_F(RebindEvents, FunctionThatIsUnplugged_IsGone) {
  vfio_.kernel.Unplug(VfioMachine::kDisk);
  EXPECT_TRUE(machine_->Update(ChangesOf({{"remove", "", "pci"}})));
  EXPECT_NE(IdentityOf(*machine_->topology(), kKey), before_);
}

}  // namespace
}  // namespace acceld::daemon::vfio
