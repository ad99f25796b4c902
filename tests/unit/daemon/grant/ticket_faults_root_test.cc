// Every system call of a ticket failed once: device nodes and mounts are
// root's.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/unique_fd.h"
#include "daemon/grant/ticket_binder.h"
#include "tests/support/expect_faults.h"
#include "tests/support/machine_facts.h"
#include "tests/support/run_as.h"
#include "tests/support/syscall_faults.h"

namespace acceld::daemon {
namespace {

using acceld::testing::Background;
using acceld::testing::CheckAttempt;
using acceld::testing::ExpectNoComplaints;
using acceld::testing::FailEachSystemCall;
using acceld::testing::FaultedRun;
using acceld::testing::kStranger;
using acceld::testing::MachineFacts;
using acceld::testing::NewIn;
using acceld::testing::RunAs;
using acceld::testing::WhatIsHeld;

constexpr const char* kDevice = "accelerator:zip";

// /dev/zero stands for an accelerator's node.
class TicketFaults : public ::testing::Test {
 protected:
  TicketFaults() {
    MachineFacts facts;
    facts.Thing(kDevice)
        .Attribute(kDevice, attr::kFramework, std::string("uacce"))
        .Attribute(kDevice, attr::kNodePath, std::string("/dev/zero"))
        .Attribute(kDevice, attr::kDeviceNumber, std::string("1:5"));
    topology_ = facts.Build();
    auto made = TicketBinder::Make();
    EXPECT_TRUE(made.has_value());
    binder_ = *std::move(made);
    stage_.name = "pack";
  }

  Result<Bound> Bind(bool one_shot) {
    return binder_->Bind({.grantee = {.user = kStranger, .process = process_},
                          .topology = *topology_,
                          .device = *topology_->Find(kDevice),
                          .stage = stage_,
                          .one_shot_tickets = one_shot});
  }

  static int UseAs(uid_t user, const api::Grant& grant) {
    return RunAs(user, [&] {
      const std::string path =
          "/proc/self/fd/" + std::to_string(grant.fd.get());
      return ::open(path.c_str(), O_RDWR) < 0 ? errno : 0;
    });
  }

  std::shared_ptr<const graph::Topology> topology_;
  std::unique_ptr<TicketBinder> binder_;
  placement::Stage stage_;
  int process_ = -1;
};

TEST_F(TicketFaults, Make_LeavesNoWatch) {
  ExpectNoComplaints(FailEachSystemCall([](FaultedRun& run) {
    return CheckAttempt<std::unique_ptr<TicketBinder>>(run, TicketBinder::Make);
  }));
}

TEST_F(TicketFaults, Bind_LeavesNoNodeAndNoMount) {
  ExpectNoComplaints(FailEachSystemCall([this](FaultedRun& run) {
    return CheckAttempt<Bound>(run, [this] { return Bind(false); },
                               {ErrorCode::kNoMemory});
  }));
}

TEST_F(TicketFaults, BindForOneOpen_LeavesNoNodeAndNoMount) {
  ExpectNoComplaints(FailEachSystemCall([this](FaultedRun& run) {
    return CheckAttempt<Bound>(run, [this] { return Bind(true); },
                               {ErrorCode::kNoMemory});
  }));
}

// The helper's calls are made to fail like the daemon's.
TEST_F(TicketFaults, BindAtAPath_LeavesNoMountInTheClientsNamespace) {
  const Background client(0, [](const auto& ready) {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
      return;
    }
    ready();
    (void)::pause();
  });
  const UniqueFd process(
      static_cast<int>(::syscall(SYS_pidfd_open, client.pid(), 0)));
  ASSERT_TRUE(process.valid());
  const auto mounts = [&client] {
    std::ifstream file("/proc/" + std::to_string(client.pid()) + "/mountinfo");
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string before = mounts();
  stage_.grant = placement::GrantNeed::kPath;
  process_ = process.get();
  ExpectNoComplaints(FailEachSystemCall([&](FaultedRun& run) {
    std::string complaint = CheckAttempt<Bound>(
        run, [this] { return Bind(false); },
        {ErrorCode::kUnsupported, ErrorCode::kNoMemory, ErrorCode::kIo});
    if (complaint.empty() && mounts() != before) return mounts();
    return complaint;
  }));
}

// Two ways, each enough: with one of them failed the ticket is void all the
// same.
TEST_F(TicketFaults, Revoke_VoidsTheTicketWhateverFails) {
  ExpectNoComplaints(FailEachSystemCall([this](FaultedRun& run) {
    auto bound = Bind(false);
    if (!bound) return bound.error().message;
    run.Attempt([&] { bound->binding->Revoke(); });
    if (UseAs(kStranger, bound->grants[0]) != EACCES) {
      return std::string("the ticket is good");
    }
    return std::string();
  }));
}

TEST_F(TicketFaults, Restore_LeavesNothing) {
  ExpectNoComplaints(FailEachSystemCall([this](FaultedRun& run) {
    const auto before = WhatIsHeld();
    {
      auto bound = Bind(false);
      if (!bound) return bound.error().message;
      bound->binding->Revoke();
      run.Attempt([&] {
        (void)bound->binding->Restore();
        bound->binding.reset();
      });
    }
    const std::string left = NewIn(before, WhatIsHeld());
    return left.empty() ? left : "left behind: " + left;
  }));
}

}  // namespace
}  // namespace acceld::daemon
