// Devices that leave while they are leased, or while they are being bound. The
// machine is a tree, the events are made by hand.
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "daemon/broker.h"
#include "probes/changes.h"
#include "tests/support/pci_sys_tree.h"
#include "tests/support/sys_tree.h"
#include "tests/unit/daemon/fake_binder.h"
#include "tests/unit/daemon/fake_off_loop.h"
#include "tests/unit/daemon/serving_broker.h"

namespace acceld::daemon {
namespace {

using acceld::testing::FakeBinder;
using acceld::testing::FakeOffLoop;
using acceld::testing::PciSpec;
using acceld::testing::PciSysTree;
using acceld::testing::SessionPair;
using acceld::testing::SysTree;

constexpr char kZip[] = "accelerator:hisi_zip-0";
constexpr std::string_view kPack =
    R"({"stages": [{"name": "pack", "function": "compress/zlib"}]})";

class BrokerRemoval : public ServingBroker {
 protected:
  BrokerRemoval() {
    tree_.AddNumaNode({0, "0-3", 1'000'000, "10", false});
    PciSpec spec;
    spec.address = "0000:75:00.0";
    spec.below = "pci0000:75";
    spec.vendor = 0x19e5;
    spec.device = 0xa250;
    spec.class_code = 0x120000;
    spec.driver = "hisi_zip";
    spec.numa_node = 0;
    path_ = pci_.Add(spec);
    PlugIn();
    machine_options_ = {tree_.directory(), {}, {}};
    binders_.ticket = &binder_;
    off_loop_instead_ = &off_loop_fake_;
  }
  void PlugIn() {
    device_ = pci_.AddClassDevice(path_, "uacce", "hisi_zip-0", "508:0");
    tree_.AddFile(device_ + "/algorithms", "zlib\n");
    tree_.AddFile(device_ + "/available_instances", "256\n");
    tree_.AddFile(device_ + "/flags", "1\n");
    tree_.AddFile(device_ + "/api", "hisi_qm_v3\n");
  }
  void PullOut() {
    tree_.Remove("sys/class/uacce/hisi_zip-0");
    tree_.Remove(device_);
  }
  void Announce(const std::string& action) {
    probes::Changes changes;
    changes.Add({action, path_.substr(3) + "/uacce/hisi_zip-0", "uacce"});
    broker_->Update(changes);
  }

  SysTree tree_;
  PciSysTree pci_{tree_};
  std::string path_;
  std::string device_;
  FakeBinder binder_;
  FakeOffLoop off_loop_fake_;
};

TEST_F(BrokerRemoval, LeasedDeviceLeaves_ItsBindingIsRevokedAtOnce) {
  Serve(GrantMode::kDevices);
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair, kPack);
  ASSERT_EQ(DeviceOf(alice_, id), kZip);
  ASSERT_TRUE(api::ReceiveSessionMessage(pair.client.get()));
  PullOut();
  Announce("remove");
  ASSERT_FALSE(binder_.done.empty());
  EXPECT_EQ(binder_.done.front(), "revoke pack0");
  ASSERT_EQ(observer_.ended.size(), 1U);
  EXPECT_EQ(observer_.ended[0].state, LeaseState::kRevoked);
  off_loop_fake_.Deliver();
  EXPECT_EQ(binder_.held, 0);
  EXPECT_EQ(broker_->InUse(kZip), 0);
}

// The node's number may be another device's when it comes again.
TEST_F(BrokerRemoval, LeasedDeviceWasAwayForAMoment_IsRevokedAsWell) {
  Serve(GrantMode::kDevices);
  SessionPair pair;
  (void)Lend(alice_, pair, kPack);
  Announce("remove");  // and it is there again when it is looked at
  EXPECT_EQ(binder_.done.front(), "revoke pack0");
  EXPECT_EQ(observer_.ended.size(), 1U);
}

TEST_F(BrokerRemoval, DeviceLeavesWhileItIsBound_IsGivenBackAndNotLent) {
  Serve(GrantMode::kDevices);
  binder_.on_bind = [this] {
    loop_->Post([this] {
      PullOut();
      Announce("remove");
    });
  };
  SessionPair pair;
  const auto acquired = Acquire(alice_, std::move(pair.daemon), kPack);
  ASSERT_FALSE(acquired.has_value());
  EXPECT_EQ(acquired.error().code, ErrorCode::kUnsatisfiable);
  off_loop_fake_.Deliver();
  EXPECT_EQ(binder_.asked.size(), 1U);
  EXPECT_EQ(binder_.held, 0);
  EXPECT_EQ(broker_->InUse(kZip), 0);
}

TEST_F(BrokerRemoval, DeviceLeaves_WhatWasSaidOfItsBindsIsForgotten) {
  Serve(GrantMode::kDevices);
  SessionPair pair;
  const LeaseId id = Lend(alice_, pair, kPack);
  ASSERT_TRUE(broker_->ReportBound(alice_, id, "pack", {ENODEV}));
  EXPECT_EQ(broker_->SvaVerdictOf(kZip, 1000).state, SvaState::kRefused);
  Announce("change");
  EXPECT_EQ(broker_->SvaVerdictOf(kZip, 1000).state, SvaState::kRefused);
  Announce("remove");
  EXPECT_EQ(broker_->SvaVerdictOf(kZip, 1000).state, SvaState::kUnknown);
}

}  // namespace
}  // namespace acceld::daemon
