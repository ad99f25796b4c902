// Containers of an ordinary user on leases: by CDI and by descriptors, until
// the container ends or the lease does. Real podman and crun.
#include <gtest/gtest.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <utility>

#include "integrations/cdi/device_node.h"
#include "integrations/cdi/names.h"
#include "integrations/cdi/spec.h"
#include "integrations/cdi/spec_directory.h"
#include "tests/integration/podman/podman_machine.h"
#include "tests/integration/shell.h"
#include "tests/support/fake_polkit.h"

namespace acceld::testing {
namespace {

class PodmanTest : public PodmanMachine {
 protected:
  [[nodiscard]] static bool HasSpec(const std::string& lease) {
    const std::string path = "/run/cdi/acceld.org-lease_" + lease + ".json";
    return ::access(path.c_str(), F_OK) == 0;
  }
};

TEST_F(PodmanTest, ByCdi_AUsersContainer_RunsThePipeline) {
  StartWriter();
  const Finished run =
      Shell(AsUser(RunByCdi() + Podman(kUser) + "run " + RunOptions() +
                   "--device {cdi} " + Root() + Work()));
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_NE(run.output.find("OpenSSL comes to the same digest"),
            std::string::npos)
      << run.output;
  EXPECT_TRUE(Leaves());
}

TEST_F(PodmanTest, ByCdi_WithAWriterWithoutPrivileges_RunsThePipeline) {
  FakePolkit polkit(bus_->address(), FakePolkit::Behaviour::kGrants);
  StartWriter(kUser);
  const Finished run = Shell(RunByCdi() + Podman(0) + "run " + RunOptions() +
                             "--device {cdi} " + Root() + Work());
  EXPECT_EQ(run.status, 0) << run.output;
  for (const FakePolkit::Asked& asked : polkit.asked()) {
    EXPECT_EQ(asked.action, "org.acceld1.see-all-leases");
  }
  EXPECT_FALSE(polkit.asked().empty());
}

TEST_F(PodmanTest, ByCdi_RootsContainer_RunsThePipelineToo) {
  StartWriter();
  const Finished run = Shell(RunByCdi() + Podman(0) + "run " + RunOptions() +
                             "--device {cdi} " + Root() + Work());
  EXPECT_EQ(run.status, 0) << run.output;
}

TEST_F(PodmanTest, ByDescriptors_AUsersContainer_RunsThePipeline) {
  const std::string run_on = Accelctl() + "run -p " + Pipeline() + " -- " +
                             Podman(kUser) + "run " + RunOptions() +
                             "-e 'ACCELD_*' ";
  // As an engine that knows LISTEN_FDS hands them on, and as it is told to.
  for (const char* option : {"", "--preserve-fds={fds} "}) {
    const Finished run = Shell(AsUser(run_on + option + Root() + Work()));
    EXPECT_EQ(run.status, 0) << option << run.output;
  }
  EXPECT_TRUE(Leaves());
}

TEST_F(PodmanTest, ByTheBus_AUsersContainer_AcquiresByItself) {
  std::string place = bus_->address();  // unix:path=/tmp/X/bus,guid=...
  place = place.substr(place.find('/'));
  place = place.substr(0, place.rfind('/', place.find(',')));
  const std::string run = Podman(kUser) + "run " + RunOptions() + "-v " +
                          place + ":" + place + " " + Root() +
                          " /bin/accelctl '--bus=" + bus_->address() + "' ";
  const Finished demo = Shell(AsUser(run + "demo --size 2MiB"));
  EXPECT_EQ(demo.status, 0) << demo.output;
  // The launcher works there, too.
  const Finished ran = Shell(AsUser(run + "run -p /pipeline.json --" + Work()));
  EXPECT_EQ(ran.status, 0) << ran.output;
  EXPECT_TRUE(Leaves());
}

TEST_F(PodmanTest, ContainerThatIsKilled_EndsItsLease) {
  StartWriter();
  const Finished started =
      Shell(AsUser(RunByCdi() + Podman(kUser) + "run " + RunOptions() +
                   "--name held --device {cdi} " + Root() +
                   " /bin/sleep 600 >/dev/null 2>&1 & echo"));
  ASSERT_EQ(started.status, 0) << started.output;
  ASSERT_TRUE(Eventually([&] { return !OnlyLease().empty(); }));
  const std::string lease = OnlyLease();
  ASSERT_TRUE(Eventually(
      [&] { return Shell(AsUser(Podman(kUser) + "kill held")).status == 0; }));
  EXPECT_TRUE(Leaves());
  EXPECT_TRUE(Eventually([&] { return !HasSpec(lease); }));
}

TEST_F(PodmanTest, DetachedContainer_KeepsItsLeaseAsLongAsItRuns) {
  StartWriter();
  const Finished started = Shell(AsUser(
      RunByCdi("--detach") + Podman(kUser) + "run --detach " + RunOptions() +
      "--name held --device {cdi} " + Root() + " /bin/sleep 600"));
  ASSERT_EQ(started.status, 0) << started.output;
  EXPECT_FALSE(OnlyLease().empty()) << "it ended with podman run";
  ASSERT_EQ(Shell(AsUser(Podman(kUser) + "kill held")).status, 0);
  EXPECT_TRUE(Leaves());
}

TEST_F(PodmanTest, DetachedContainerThatEnds_EndsItsLease) {
  // On descriptors, without a writer.
  const Finished started =
      Shell(AsUser(Accelctl() + "run --detach -p " + Pipeline() + " -- " +
                   Podman(kUser) + "run --detach " + RunOptions() +
                   "-e 'ACCELD_*' --name short " + Root() + " /bin/sleep 2"));
  ASSERT_EQ(started.status, 0) << started.output;
  EXPECT_TRUE(Leaves());
}

TEST_F(PodmanTest, StaleSpec_StartsNoContainerAndSaysWhy) {
  StartWriter();
  const Finished ran = Shell(RunByCdi() +
                             "sh -c 'cp /run/cdi/acceld.org-"
                             "lease_{lease}.json " +
                             directory_.path() + "; echo lease={lease}'");
  ASSERT_EQ(ran.status, 0) << ran.output;
  const std::string lease =
      ran.output.substr(ran.output.find("lease=") + 6, 32);
  ASSERT_TRUE(Leaves());
  const std::string run = Podman(0) + "run " + RunOptions() +
                          "--device acceld.org/lease=" + lease + " " + Root() +
                          " /bin/accelctl --version";
  // Its writer removed it.
  ASSERT_TRUE(Eventually([&] { return !HasSpec(lease); }));
  const Finished removed = Shell(run);
  EXPECT_NE(removed.status, 0);
  EXPECT_NE(removed.output.find("unresolvable CDI devices acceld.org/lease"),
            std::string::npos)
      << removed.output;
  // Its writer died before it could.
  ASSERT_EQ(writer_->End(SIGKILL), -1);
  ASSERT_EQ(Shell("cp " + directory_.At("acceld.org-lease_" + lease + ".json") +
                  " /run/cdi")
                .status,
            0);
  const Finished stale = Shell(run);
  EXPECT_NE(stale.status, 0);
  EXPECT_NE(stale.output.find("/run/acceld/leases/" + lease), std::string::npos)
      << stale.output;
  EXPECT_EQ(stale.output.find("accelctl 0."), std::string::npos)
      << "the container ran";
}

TEST_F(PodmanTest, WriterThatWasKilled_IsFollowedByOneThatKnowsTheLeases) {
  StartWriter();
  client::Client client = Connect();
  const auto lease =
      client.Acquire(Json(kCompressDigest), nullptr,
                     {.label = {}, .linger = {}, .by_socket = true});
  ASSERT_TRUE(lease) << lease.error().message;
  const std::string id = OnlyLease();
  ASSERT_TRUE(Eventually([&] { return HasSpec(id); }));
  ASSERT_EQ(writer_->End(SIGKILL), -1);
  ASSERT_EQ(Shell("rm /run/cdi/*; echo '{}' > "
                  "/run/cdi/acceld.org-lease_0123.json; touch "
                  "/run/cdi/.acceld.org-lease_4567.json.new")
                .status,
            0);
  StartWriter();
  EXPECT_TRUE(Eventually([&] { return HasSpec(id); }));
  EXPECT_FALSE(HasSpec("0123"));
  EXPECT_EQ(Shell("ls -A /run/cdi | wc -l").output, "1\n");
  // One that is asked to end takes them along.
  EXPECT_EQ(writer_->End(SIGTERM), 0);
  EXPECT_FALSE(HasSpec(id));
}

TEST_F(PodmanTest, DirectoryOfTheWritersAccount_IsRootsToWriteToToo) {
  constexpr uid_t kService = 998;
  constexpr uid_t kPerson = 1000;
  for (const auto& [owner, status] :
       {std::pair<uid_t, int>{kService, 0}, {kPerson, 6}, {0, 0}}) {
    ASSERT_EQ(::chown("/run/cdi", owner, owner), 0);
    const Finished written =
        Shell(Accelctl() + "cdi generate --output-dir /run/cdi");
    EXPECT_EQ(written.status, status) << owner << ": " << written.output;
  }
}

TEST_F(PodmanTest, WithoutAWriter_NothingIsStartedAndItIsSaid) {
  const Finished run = Shell(RunByCdi() + "echo started");
  EXPECT_EQ(run.status, 9) << run.output;
  EXPECT_NE(run.output.find("acceld-cdi.service"), std::string::npos)
      << run.output;
  EXPECT_EQ(run.output.find("started\n"), std::string::npos) << run.output;
}

TEST_F(PodmanTest, DeviceNode_InAContainer_IsTheOneOfTheSpec) {
  auto node = cdi::FindDeviceNode("/dev/null", makedev(1, 3));
  ASSERT_TRUE(node) << node.error().message;
  node->host_path = node->path;
  node->path = "/dev/accel/accel7";
  node->file_mode = 0640;
  node->uid = 12345;
  node->gid = 44;
  cdi::Spec spec;
  spec.kind = cdi::KindOf(cdi::kVendor, "accel");
  spec.devices.push_back({"accel7", {}});
  spec.devices[0].edits.env = {{"ACCELD_DEVICE_ACCEL7", "here"}};
  spec.devices[0].edits.nodes.push_back(*node);
  const auto text = cdi::PrintSpec(spec);
  ASSERT_TRUE(text) << text.error().message;
  const auto directory = cdi::SpecDirectory::Make("/run/cdi");
  ASSERT_TRUE(directory) << directory.error().message;
  ASSERT_TRUE(directory->Write(cdi::FileNameOf(cdi::kVendor, "accel"), *text));
  const Finished run = Shell(
      Podman(0) + "run " + RunOptions() + "--device acceld.org/accel=accel7 " +
      Root() + " /bin/stat -c '%F %t:%T %a %u:%g' /dev/accel/accel7");
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_EQ(run.output, "character special file 1:3 640 12345:44\n");
}

}  // namespace
}  // namespace acceld::testing
