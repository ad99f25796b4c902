// accelctl run as a launcher: signals, exit statuses and what is left behind.
#include <gtest/gtest.h>

#include <string>

#include "client/client.h"
#include "tests/integration/served_machine.h"
#include "tests/integration/shell.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {
namespace {

class RunTest : public ServedMachine {
 protected:
  void SetUp() override { Serve({"--runtime-directory=" + sockets_.path()}); }
  // Where nothing comes of it, timeout(1) ends it with 124.
  [[nodiscard]] std::string Run(const std::string& options = "") const {
    return Accelctl() + "run " + options + " -p '" +
           Runfile("configs/pipelines/compress-digest.json") + "' -- ";
  }
  [[nodiscard]] std::string Accelctl() const {
    return Runfile("client/ctl/accelctl") + " '--bus=" + bus_->address() + "' ";
  }
  [[nodiscard]] bool Leaves() {
    client::Client client = Connect();
    return Eventually([&] { return CountLeases(client) == 0; });
  }

  const TempDir sockets_{"/tmp"};  // of leases: their paths are bounded
};

TEST_F(RunTest, UnderAParentThatIgnoresItsChildren_EndsWithItsCommand) {
  const Finished run = Shell("exec timeout 60 env --ignore-signal=CHLD " +
                             Run() + "sh -c 'exit 3'");
  EXPECT_EQ(run.status, 3) << run.output;
  EXPECT_TRUE(Leaves());
}

TEST_F(RunTest, ToldToEnd_TellsItsCommandAndEndsAsThatDoes) {
  // The command tells the launcher, and waits to be told in turn.
  const Finished run =
      Shell("exec timeout 60 " + Run() +
            "sh -c 'trap \"echo told; exit 7\" TERM; kill -TERM $PPID; "
            "while :; do sleep 0.05; done'");
  EXPECT_EQ(run.status, 7) << run.output;
  EXPECT_EQ(run.output, "told\n");
  EXPECT_TRUE(Leaves());
}

TEST_F(RunTest, AlarmSetBeforeIt_IsItsCommands) {
  Finished run;
  // On a busy machine an alarm may ring before the launcher has a command.
  for (int seconds = 1; seconds <= 32; seconds *= 2) {
    run = Shell("exec timeout 60 perl -e 'alarm " + std::to_string(seconds) +
                "; exec @ARGV' " + Run() +
                "sh -c 'trap \"exit 8\" ALRM; while :; do sleep 0.05; done'");
    if (run.status == 8) break;
    EXPECT_EQ(run.status, -1) << run.output;
  }
  EXPECT_EQ(run.status, 8) << run.output;
}

TEST_F(RunTest, CommandThatASignalEnds_IsToldAsShellsDo) {
  EXPECT_EQ(Shell(Run() + "sh -c 'kill -KILL $$'").status, 128 + 9);
  EXPECT_EQ(Shell(Run() + "/no/such/command").status, 127);
  EXPECT_EQ(Shell(Run() + "/etc/passwd").status, 126);
}

TEST_F(RunTest, InterruptedWhileItWaitsForASpec_StartsNothing) {
  const TempDir nobody_writes_here;
  const std::string options = "--cdi --cdi-dir " + nobody_writes_here.path();
  // timeout(1) forwards what it is sent.
  const Finished run =
      Shell("timeout --signal=INT 1 " + Run(options) + "echo started");
  EXPECT_EQ(run.status, 124) << run.output;
  EXPECT_EQ(run.output, "");
  EXPECT_TRUE(Leaves());
}

TEST_F(RunTest, LauncherThatIsKilled_LeavesTheLeaseToItsCommand) {
  // Not by standard output, where the shell says "Killed" at any time.
  const std::string file = sockets_.At("pid");
  (void)Shell(Run() + "sh -c 'sleep 600 >/dev/null 2>&1 & echo $! >" + file +
              "; kill -KILL $PPID'");
  client::Client client = Connect();
  EXPECT_EQ(CountLeases(client), 1U);
  EXPECT_EQ(Shell("kill $(cat " + file + ")").status, 0);
  EXPECT_TRUE(Leaves());
}

TEST_F(RunTest, Exec_MovesDescriptorsToWhereTheyAreLookedFor) {
  const std::string accelctl = Runfile("client/ctl/accelctl");
  // As a task of Slurm has them: anywhere.
  const Finished run = Shell(
      Run() +
      "bash -c 'exec 43<&3 44<&4 45<&5 46<&6 3<&- 4<&- 5<&- 6<&-; "
      "export ACCELD_SESSION_FD=43; unset LISTEN_FDS LISTEN_PID; "
      "ACCELD_GRANTS=$(sed \"s/\\\"fd\\\":/&4/g\" <<<$ACCELD_GRANTS) exec " +
      accelctl +
      " exec -- sh -c \"test \\$LISTEN_PID = \\$\\$ && echo \\$LISTEN_FDS "
      "\\$ACCELD_SESSION_FD && exec " +
      accelctl +
      " --bus=unix:path=/none demo --inherited --size 1MiB "
      "--pipeline " +
      Runfile("configs/pipelines/compress-digest.json") + "\"'");
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_TRUE(run.output.starts_with("4 3\n")) << run.output;
  EXPECT_TRUE(Leaves());
}

TEST_F(RunTest, WithinAnother_TellsOfItsOwnLeaseAlone) {
  const TempDir specs;
  const Finished run = Shell(
      Accelctl() + "cdi sync --watch --output-dir " + specs.path() +
      " & writer=$!; timeout 60 " + Run() +
      Run("--cdi --cdi-dir " + specs.path()) +
      "sh -c 'echo $ACCELD_FDS $ACCELD_FDNAMES [$ACCELD_GRANTS]'; status=$?; "
      "kill $writer; wait; exit $status");
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_EQ(run.output, "1 session []\n");
  EXPECT_TRUE(Leaves());
}

}  // namespace
}  // namespace acceld::testing
