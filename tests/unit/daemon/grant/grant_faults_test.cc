// Every system call of a grant failed once: nothing is left open, the error
// says what failed, and the next grant works. Here what needs no privilege;
// tickets are in ticket_faults_root_test.cc, VFIO in vfio/vfio_faults_test.cc.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/session.h"
#include "daemon/grant/buffer.h"
#include "daemon/grant/device_opener.h"
#include "daemon/grant/filesystem_ends.h"
#include "daemon/grant/holders.h"
#include "daemon/grant/node_binder.h"
#include "tests/support/expect_faults.h"
#include "tests/support/machine_facts.h"
#include "tests/support/session_pair.h"
#include "tests/support/sys_tree.h"
#include "tests/support/syscall_faults.h"
#include "tests/support/temp_dir.h"

namespace acceld::daemon {
namespace {

using acceld::testing::CheckAttempt;
using acceld::testing::ExpectNoComplaints;
using acceld::testing::FailEachSystemCall;
using acceld::testing::FaultedRun;
using acceld::testing::MachineFacts;
using acceld::testing::NewIn;
using acceld::testing::SysTree;
using acceld::testing::TempDir;
using acceld::testing::WhatIsHeld;

constexpr const char* kDevice = "accelerator:gpu";

// /dev/zero stands for a render node.
std::shared_ptr<const graph::Topology> RenderNode(const std::string& sharing) {
  MachineFacts facts;
  facts.Thing(kDevice)
      .Attribute(kDevice, attr::kFramework, std::string("drm"))
      .Attribute(kDevice, attr::kSharing, sharing)
      .Attribute(kDevice, attr::kNodePath, std::string("/dev/zero"))
      .Attribute(kDevice, attr::kDeviceNumber, std::string("1:5"));
  return facts.Build();
}

void ExpectNodeBindSurvives(const std::string& sharing) {
  const auto topology = RenderNode(sharing);
  const NodeOpener opener;
  const auto ends = FilesystemEnds::Make();
  ASSERT_TRUE(ends.has_value());
  NodeBinder binder(opener, *ends);
  placement::Stage stage;
  stage.name = "draw";
  const Grantee grantee{.user = ::getuid()};
  const BindRequest request{.grantee = grantee,
                            .topology = *topology,
                            .device = *topology->Find(kDevice),
                            .stage = stage};
  ExpectNoComplaints(FailEachSystemCall([&](FaultedRun& run) {
    return CheckAttempt<Bound>(run, [&] { return binder.Bind(request); });
  }));
}

TEST(GrantFaults, NodeOfOneProgram_NothingStaysOpen) {
  ExpectNodeBindSurvives("exclusive");
}

TEST(GrantFaults, NodeOfMany_NothingStaysOpen) {
  ExpectNodeBindSurvives("multi-app");
}

TEST(GrantFaults, Buffer_NothingStaysOpen) {
  SysTree tree;
  tree.AddFile("sys/devices/system/node/node0/meminfo",
               "Node 0 MemFree:   1024 kB\n");
  const SysRoot root = tree.root();
  ExpectNoComplaints(FailEachSystemCall([&](FaultedRun& run) {
    return CheckAttempt<UniqueFd>(
        run, [&] { return MakeBuffer("b", Bytes(8192), 0, root); });
  }));
}

// What is held must never be taken for free.
TEST(GrantFaults, FindHolders_HeldDeviceIsNeverFree) {
  TempDir proc;
  const UniqueFd mine(::open("/dev/full", O_RDWR | O_CLOEXEC));
  ASSERT_TRUE(mine.valid());
  ExpectNoComplaints(FailEachSystemCall([&](FaultedRun& run) {
    const std::string me = std::to_string(::getpid());
    proc.AddLink(me, "/proc/" + me);
    const auto before = WhatIsHeld();
    std::optional<Result<std::vector<Holder>>> found;
    run.Attempt([&] { found = FindHolders(makedev(1, 7), {}, proc.path()); });
    (void)::unlink(proc.At(me).c_str());
    const std::string left = NewIn(before, WhatIsHeld());
    if (!left.empty()) return "left behind: " + left;
    if (!found) return std::string();  // out of memory: the caller tries again
    if (!*found) {
      return run.Fits(found->error()) ? "" : found->error().message;
    }
    return std::string((*found)->empty() ? "a held device looks free" : "");
  }));
}

// Messages that were sent before the one that failed have arrived; nothing of
// the daemon's is closed or copied.
TEST(GrantFaults, SendGrants_KeepsItsDescriptorsAndNoMore) {
  std::vector<api::Grant> grants;
  for (std::size_t i = 0; i <= api::kMaxFdsPerMessage; ++i) {
    api::Grant& grant = grants.emplace_back();
    grant.stage = "s" + std::to_string(i);
    grant.kind = "fd";
    grant.device = kDevice;
    grant.fd = UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC));
  }
  ExpectNoComplaints(FailEachSystemCall([&](FaultedRun& run) {
    const acceld::testing::SessionPair pair;
    const auto before = WhatIsHeld();
    Status sent;
    run.Attempt(
        [&] { sent = api::SendGrants(pair.daemon.get(), "/lease", grants); });
    const std::string left = NewIn(before, WhatIsHeld());
    if (!left.empty()) return "left behind: " + left;
    if (run.out_of_memory() || sent) return std::string();
    return run.Fits(sent.error(), {ErrorCode::kBusy, ErrorCode::kDeviceGone})
               ? std::string()
               : sent.error().message;
  }));
}

}  // namespace
}  // namespace acceld::daemon
