// Other ways to ask: plain D-Bus from Python, and the command-line tool, each
// as root and as an unprivileged user on a bus where the daemon is root.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/integration/served_machine.h"
#include "tests/integration/shell.h"

namespace acceld::testing {
namespace {

class ClientsTest : public ServedMachine {
 protected:
  void SetUp() override {
    const std::string policy = std::string(kSystemPolicy) + "<include>" +
                               Runfile("configs/dbus/org.acceld1.conf") +
                               "</include>";
    Serve({}, ::geteuid() == 0 ? std::string_view(policy) : kOpenPolicy);
    // Other users must reach it, and the build tree may be root's alone.
    ASSERT_NE(::mkdtemp(installed_.data()), nullptr);
    ASSERT_EQ(::chmod(installed_.c_str(), 0755), 0);
    Install("client/ctl/accelctl", "accelctl");
    Install("docs/examples/plain_dbus.py", "plain_dbus.py");
  }
  void TearDown() override { std::filesystem::remove_all(installed_); }

  void Install(const std::string& runfile, const char* name) const {
    const std::string copy = installed_ + "/" + name;
    std::filesystem::copy_file(std::filesystem::canonical(Runfile(runfile)),
                               copy);
    ASSERT_EQ(::chmod(copy.c_str(), 0755), 0);
  }
  [[nodiscard]] std::string Accelctl() const {
    return installed_ + "/accelctl '--bus=" + bus_->address() + "' ";
  }
  [[nodiscard]] std::string PlainDbus() const {
    return "/usr/bin/python3 " + installed_ + "/plain_dbus.py '" +
           bus_->address() + "'";
  }
  // The command as the user "nobody", as a program started by that user.
  static std::string AsNobody(const std::string& command) {
    std::string quoted;
    for (const char c : command)
      quoted.append(c == '\'' ? "'\\''" : std::string(1, c));
    return "setpriv --reuid=65534 --regid=65534 --clear-groups sh -c '" +
           quoted + "'";
  }
  static std::string Pipeline() {
    return "'" + Runfile("configs/pipelines/compress-digest.json") + "'";
  }

  std::string installed_ = "/tmp/acceld-clients-XXXXXX";
};

TEST_F(ClientsTest, PlainDbus_FromPython_TakesADeviceAndRunsOnIt) {
  const Finished run = Shell(PlainDbus());
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_NE(run.output.find("released"), std::string::npos) << run.output;
}

TEST_F(ClientsTest, PlainDbus_AsAnUnprivilegedUser_DoesTheSame) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  const Finished run = Shell(AsNobody(PlainDbus()));
  EXPECT_EQ(run.status, 0) << run.output;
}

TEST_F(ClientsTest, AccelctlRun_OfACommand_GivesItItsDevices) {
  const Finished run =
      Shell(Accelctl() + "run " + Pipeline() +
            " -- sh -c 'echo lease=$ACCELD_LEASE; echo $ACCELD_GRANTS; "
            "ls -l /proc/self/fd | grep -c socket; exit 7'");
  EXPECT_EQ(run.status, 7) << run.output;
  EXPECT_NE(run.output.find("lease=/org/acceld1/lease/"), std::string::npos)
      << run.output;
  EXPECT_NE(run.output.find("compress/deflate"), std::string::npos)
      << run.output;
  client::Client client = Connect();
  EXPECT_TRUE(Eventually([&] { return CountLeases(client) == 0; }));
}

TEST_F(ClientsTest, AccelctlRun_OfACommand_TellsItAsSystemdWould) {
  const Finished run =
      Shell(Accelctl() + "run -p " + Pipeline() +
            " -- sh -c 'test $LISTEN_PID = $$ && echo $LISTEN_FDS "
            "$LISTEN_FDNAMES {fds} {lease} && echo ${ACCELD_LEASE##*/}'");
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_TRUE(run.output.starts_with("4 session:pack:sum:buffer.1 4 "))
      << run.output;
  const std::string lease = run.output.substr(30, 32);
  EXPECT_TRUE(run.output.ends_with(lease + "\n" + lease + "\n")) << run.output;
}

TEST_F(ClientsTest, AccelctlRun_OfACommand_KeepsItNearItsDevices) {
  const auto cpus = [&](const std::string& options) {
    const Finished run =
        Shell(Accelctl() + "run " + options + Pipeline() +
              " -- sh -c 'echo {cpus}; grep Cpus_allowed_list: "
              "/proc/self/status | cut -f 2'");
    EXPECT_EQ(run.status, 0) << run.output;
    return run.output;
  };
  const std::string near = cpus("");
  const auto line = near.find('\n');
  EXPECT_GT(line, 0U) << near;
  EXPECT_EQ(near.substr(0, line), near.substr(line + 1, line)) << near;
  EXPECT_TRUE(cpus("--no-affinity ").starts_with("\n"));
}

TEST_F(ClientsTest, AccelctlRun_Detached_LeavesTheLeaseToWhoHasTheSocket) {
  const auto start = [&](const std::string& options) {
    return Shell(Accelctl() + "run " + options + Pipeline() +
                 " -- sh -c 'sleep 600 >/dev/null 2>&1 & echo $!'");
  };
  client::Client client = Connect();
  // Without it the lease is the command's: the child keeps the socket only.
  const Finished attached = start("");
  EXPECT_TRUE(Eventually([&] { return CountLeases(client) == 0; }));
  const Finished detached = start("--detach ");
  EXPECT_EQ(CountLeases(client), 1U);
  (void)Shell("kill " + detached.output);
  EXPECT_TRUE(Eventually([&] { return CountLeases(client) == 0; }));
  (void)Shell("kill " + attached.output);
}

TEST_F(ClientsTest, AccelctlDemo_OnALeaseThatItWasGiven_NeedsNoBus) {
  const Finished run =
      Shell(Accelctl() + "run " + Pipeline() + " -- " + installed_ +
            "/accelctl --bus=unix:path=/none demo --inherited --size 1MiB "
            "--pipeline " +
            Pipeline());
  EXPECT_EQ(run.status, 0) << run.output;
  const Finished none = Shell(installed_ + "/accelctl demo --inherited");
  EXPECT_EQ(none.status, 4) << none.output;
}

TEST_F(ClientsTest, AccelctlDemo_AsAnUnprivilegedUser_ChecksItsOwnWork) {
  const std::string demo = Accelctl() + "demo --size 2MiB";
  const Finished run =
      Shell(::geteuid() == 0 ? AsNobody("cd /tmp; " + demo) : demo);
  EXPECT_EQ(run.status, 0) << run.output;
}

TEST_F(ClientsTest, AccelctlLeases_WhileOneIsHeld_ShowsItAndThenNone) {
  client::Client client = Connect();
  {
    auto lease = client.Acquire(Json(kCompressDigest));
    ASSERT_TRUE(lease) << lease.error().message;
    const Finished held = Shell(Accelctl() + "leases");
    EXPECT_NE(held.output.find("soft0-deflate"), std::string::npos)
        << held.output;
  }
  EXPECT_TRUE(Eventually([&] {
    return Shell(Accelctl() + "leases").output.find("soft0-deflate") ==
           std::string::npos;
  }));
}

}  // namespace
}  // namespace acceld::testing
