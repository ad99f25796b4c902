// Containers of an unprivileged user on leases of devices, with a real engine
// on a real kernel: what a process in a container opens, what its control group
// keeps from it, and what is left of it when the lease ends.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/run_as.h"
#include "tests/vm/cases/engine.h"
#include "tests/vm/cases/guest.h"
#include "tests/vm/cases/program.h"
#include "tests/vm/cases/request.h"
#include "tests/vm/cases/user_process.h"

namespace acceld::vm {
namespace {

constexpr const char* kPipeline = "/tmp/container.json";
constexpr const char* kPolicy = "/etc/acceld/policy.d/60-container.json";
// A container that root's engine runs has to run as the lease's owner.
const std::string kAsOwner = "--user 1000:1000 ";
constexpr const char* kDrmNode = "/dev/dri/renderD128";
constexpr const char* kOtherDrmNode = "/dev/dri/renderD129";

bool Eventually(const std::function<bool()>& holds) {
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

std::string SpecOf(const std::string& id) {
  return "/var/run/cdi/acceld.org-lease_" + id + ".json";
}

// Which process a queue says to be bound to, and by which PASID.
struct Opener {
  pid_t pid = 0;
  unsigned pasid = 0;
};

Opener OpenerIn(const std::string& answer) {
  Opener opener;
  std::string word;
  std::istringstream(answer) >> word >> opener.pid >> opener.pasid;
  return opener;
}

// Of the machine's processes one in a container of ours.
bool IsInAContainer(pid_t process) {
  const std::string mark =
      "/proc/" + std::to_string(process) + "/root" + kContainerMark;
  return ::access(mark.c_str(), F_OK) == 0;
}

std::string IdOf(const std::string& lease) {
  return lease.substr(lease.rfind('/') + 1);
}

// An option of podman's.
std::string DeviceOf(const std::string& lease) {
  return "--device acceld.org/lease=" + IdOf(lease) + " ";
}

// A process of the user's that holds leases, for containers that root's engine
// runs.
class Launcher {
 public:
  Launcher() : user_(kUser, Hold) {}
  ~Launcher() { user_.peer().Send("end"); }
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  // The lease's path, once its spec is there; or why there is none.
  [[nodiscard]] std::string Lease(const std::string& pipeline) {
    user_.peer().Send(pipeline);
    std::string said = user_.peer().Hear();
    if (said.starts_with("/")) {
      EXPECT_TRUE(Eventually(
          [&] { return ::access(SpecOf(IdOf(said)).c_str(), R_OK) == 0; }));
    }
    return said;
  }

 private:
  static std::string Hold(Peer& peer) {
    std::vector<client::Lease> held;
    for (std::string said = peer.Hear(); said != "end"; said = peer.Hear()) {
      auto lease =
          Acquire(said, {.label = {}, .linger = {}, .by_socket = true});
      peer.Send(lease ? lease->path() : Why(lease));
      if (lease) held.push_back(*std::move(lease));
    }
    return {};
  }

  UserProcess user_;
};

class InContainer : public ::testing::Test {
 protected:
  // One daemon and one writer for all cases: under emulation each start counts.
  static void SetUpTestSuite() {
    PrepareContainers();
    std::ofstream(kPolicy) << R"({"version": 1, "rules": [{"effect": "allow",
      "devices": [{"attribute": "framework", "equals": "drm"}]}],
      "quotas": [{"name": "address spaces", "pasids": 2}]})";
    ASSERT_EQ(::chmod(kPolicy, 0644), 0);
    daemon_ = std::make_unique<Daemon>(
        std::vector<std::string>{"--runtime-directory=/run/acceld"});
    writer_ = std::make_unique<Program>(std::vector<std::string>{
        "/usr/bin/accelctl", "cdi", "sync", "--all", "--watch"});
  }
  static void TearDownTestSuite() {
    writer_.reset();
    daemon_.reset();
    (void)::unlink(kPolicy);
  }

  // "accelctl run ... -- podman run ...", all of it as the user.
  static std::string RunByUser(const std::string& pipeline,
                               const std::string& options,
                               const std::string& of_container) {
    std::ofstream(kPipeline) << pipeline;
    return "accelctl run -p " + std::string(kPipeline) + " " + options +
           " -- " + RunVisitor(kUser, "users", of_container);
  }
  static std::unique_ptr<Daemon> daemon_;
  static std::unique_ptr<Program> writer_;
};

std::unique_ptr<Daemon> InContainer::daemon_;
std::unique_ptr<Program> InContainer::writer_;

// On a device that binds its opener.
class UacceInContainer : public InContainer {
 protected:
  void SetUp() override {
    if (UacceDevices().empty()) {
      GTEST_SKIP() << "no uacce driver was built for this guest's kernel";
    }
    uacce_ = UsableUacce();
  }
  // "" where nobody has the device and it is kept from nobody.
  [[nodiscard]] std::string TakeAlone() const {
    return AsUser(kOtherUser, [this](Peer&) {
      return Why(Acquire(OneStage("copy", "node", uacce_.node,
                                  R"(, "sharing": "exclusive")")));
    });
  }

  UacceDevice uacce_;
};

TEST_F(InContainer, DeviceCgroup_LetsTheNodeOfTheSpecThrough_AndNoOther) {
  struct stat node {};
  struct stat other {};
  ASSERT_EQ(::stat(kDrmNode, &node), 0);
  ASSERT_EQ(::stat(kOtherDrmNode, &other), 0);
  Launcher launcher;
  const std::string lease =
      launcher.Lease(OneStage("graphics", "node", kDrmNode));
  // As root, who may make nodes there and open any.
  Container container(0, RunVisitor(0, "bounded", DeviceOf(lease)));
  EXPECT_EQ(container.Ask(std::string("try ") + kDrmNode), "ok");
  EXPECT_EQ(container.Ask(std::string("try ") + kOtherDrmNode), "ENOENT");
  const auto own = [&container](const struct stat& which) {
    return container.Ask("try-own " + std::to_string(major(which.st_rdev)) +
                         " " + std::to_string(minor(which.st_rdev)));
  };
  EXPECT_EQ(own(node), "ok");
  EXPECT_EQ(own(other), "EPERM");
}

TEST_F(InContainer, Descriptor_ThatWasHandedOn_WorksForWhoMayNotOpenTheNode) {
  ASSERT_EQ(testing::RunAs(
                kUser, [] { return ::open(kDrmNode, O_RDWR) < 0 ? errno : 0; }),
            EACCES);
  Container container(kUser,
                      RunByUser(OneStage("graphics", "framework", "drm"), "",
                                "-e 'ACCELD_*' --preserve-fds={fds}"));
  EXPECT_EQ(container.Ask("driver work"), "ok virtio_gpu") << daemon_->log();
}

TEST_F(UacceInContainer,
       Ticket_IsOpenedByTheContainersProcess_AndServesItsMemory) {
  Launcher launcher;
  const std::string lease =
      launcher.Lease(OneStage("copy", "node", uacce_.node));
  Container container(0, RunVisitor(0, "opener", kAsOwner + DeviceOf(lease)));
  const std::string opened = container.Ask("open work");
  ASSERT_TRUE(opened.starts_with("ok ")) << opened << daemon_->log();
  const Opener opener = OpenerIn(opened);
  EXPECT_TRUE(IsInAContainer(opener.pid)) << opened;
  EXPECT_EQ(opener.pasid != 0, GuestName() == "sva") << opened;
}

TEST_F(UacceInContainer, TicketWithoutTheSpec_IsRefusedByTheDeviceCgroup) {
  Launcher launcher;
  const std::string lease =
      launcher.Lease(OneStage("copy", "node", uacce_.node));
  const std::string socket = "/run/acceld/leases/" + IdOf(lease);
  Container container(0, RunVisitor(0, "unlisted",
                                    kAsOwner + "-v " + socket + ":" + socket +
                                        " -e ACCELD_LEASE_SOCKET=" + socket +
                                        " -e ACCELD_LEASE=" + lease));
  const std::string answer = container.Ask("open work");
  EXPECT_NE(answer.find("cgroup"), std::string::npos) << answer;
}

TEST_F(UacceInContainer,
       PathGrant_IsAtItsPathInAUsersContainer_UntilTheLeaseEnds) {
  const std::string run =
      RunByUser(OneStage("copy", "node", uacce_.node, R"(, "grant": "path")"),
                "--cdi", "--device {cdi}");
  Container container(kUser, InUsersNamespaces(kUser, run));
  const std::string opened = container.Ask("use work " + uacce_.node);
  ASSERT_TRUE(opened.starts_with("ok ")) << opened << daemon_->log();
  EXPECT_TRUE(IsInAContainer(OpenerIn(opened).pid)) << opened;
  auto root = client::Client::Connect({});
  ASSERT_TRUE(root) << Why(root);
  const auto leases = root->ListAllLeases();
  ASSERT_TRUE(leases) << Why(leases);
  ASSERT_EQ(leases->AsArray()->size(), 1U);
  const Status revoked = root->RevokeLease(
      *leases->AsArray()->front().Find("lease")->AsString(), "test");
  ASSERT_TRUE(revoked) << revoked.error().message;
  EXPECT_EQ(container.Hear(),
            "accelctl: the lease ended before the command did");
  EXPECT_EQ(container.Ask("try " + uacce_.node), "EACCES");
}

TEST_F(UacceInContainer,
       Revoked_WhileItRuns_OpensNothingMore_ButKeepsWhatIsOpen) {
  Launcher launcher;
  const std::string lease =
      launcher.Lease(OneStage("copy", "node", uacce_.node));
  const std::string options = kAsOwner + DeviceOf(lease);
  Container container(0, RunVisitor(0, "revoked", options));
  const Opener opener = OpenerIn(container.Ask("open work"));
  ASSERT_TRUE(IsInAContainer(opener.pid));
  auto root = client::Client::Connect({});
  ASSERT_TRUE(root) << Why(root);
  const Status revoked = root->RevokeLease(lease, "maintenance");
  ASSERT_TRUE(revoked) << revoked.error().message;
  EXPECT_EQ(container.Ask("news"),
            "ok an administrator ended the lease: maintenance");
  EXPECT_EQ(container.Ask("reopen work"), "EACCES");
  EXPECT_EQ(container.Ask("connect"), "not-found");
  EXPECT_EQ(container.Ask("copy"), "ok");
  EXPECT_TRUE(QuarantineHasHolder(opener.pid)) << daemon_->log();
  EXPECT_NE(TakeAlone(), "");
  EXPECT_EQ(container.Ask("let-go"), "ok");
  EXPECT_TRUE(QuarantineHasNoHolder(opener.pid)) << daemon_->log();
  EXPECT_EQ(TakeAlone(), "");
  // What the engine made for it is there until it ends.
  EXPECT_EQ(container.Ask("try " + uacce_.node), "ok");
  // And nothing is for a container that comes later.
  EXPECT_TRUE(Eventually(
      [&] { return ::access(SpecOf(IdOf(lease)).c_str(), F_OK) != 0; }));
  Container late(0, RunVisitor(0, "late", options));
  const std::string refused = late.Ask("try /dev/null");
  EXPECT_NE(refused.find("unresolvable CDI devices"), std::string::npos)
      << refused;
}

TEST_F(UacceInContainer, OfAUser_OpensItsTicketAndNotTheNode_AndKilledFreesIt) {
  Container container(kUser, RunByUser(OneStage("copy", "node", uacce_.node),
                                       "--cdi", "--device {cdi}"));
  // The node is the machine's own, with its mode.
  EXPECT_EQ(container.Ask("try " + uacce_.node), "EACCES");
  const std::string opened = container.Ask("open work");
  ASSERT_TRUE(opened.starts_with("ok ")) << opened << daemon_->log();
  KillContainer(kUser, "users");
  EXPECT_NE(container.Wait(), 0);
  EXPECT_TRUE(Eventually([this] { return TakeAlone().empty(); }))
      << daemon_->log();
}

// Each container has an address space of its own, whoever holds the leases.
TEST_F(UacceInContainer, LeasesOfOneLauncher_CostAPasidForEachContainer) {
  if (GuestName() != "sva") {
    GTEST_SKIP() << "no device of this guest shares address spaces";
  }
  const std::string pipeline = OneStage("copy", "node", uacce_.node);
  Launcher launcher;
  const std::string one = launcher.Lease(pipeline);
  const std::string two = launcher.Lease(pipeline);
  Container first(0, RunVisitor(0, "first", kAsOwner + DeviceOf(one)));
  Container second(0, RunVisitor(0, "second", kAsOwner + DeviceOf(two)));
  const Opener opener = OpenerIn(first.Ask("open work"));
  const Opener other = OpenerIn(second.Ask("open work"));
  EXPECT_NE(opener.pasid, 0U);
  EXPECT_NE(other.pasid, 0U);
  EXPECT_NE(opener.pasid, other.pasid);
  // Which is all that the policy allows.
  const std::string third = launcher.Lease(pipeline);
  EXPECT_TRUE(third.starts_with("quota-exceeded")) << third;
}

}  // namespace
}  // namespace acceld::vm
