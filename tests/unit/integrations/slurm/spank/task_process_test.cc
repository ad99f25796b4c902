#include "integrations/slurm/spank/task_process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace acceld::slurm {
namespace {

TEST(TaskProcess, PipelinesThatWantPaths_AreNeverOverlooked) {
  EXPECT_TRUE(MayWantPaths(R"({"stages":[{"name":"a","grant":"path"}]})"));
  EXPECT_TRUE(MayWantPaths(R"({"stages":[{"name":"path"}]})"));
  EXPECT_FALSE(MayWantPaths(R"({"stages":[{"name":"a","grant":"fd"}]})"));
  EXPECT_FALSE(MayWantPaths(""));
}

TEST(TaskProcess, OfAParentThatDied_IsAFault) {
  const pid_t child = ::fork();
  if (child == 0) {
    const Status tied = DieWith(::getppid() + 1);
    ::_exit(!tied && tied.error().code == ErrorCode::kUnavailable ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(TaskProcess, OfAParentThatLives_IsKilledWithIt) {
  const pid_t child = ::fork();
  if (child == 0) {
    int signal = 0;
    const bool tied = DieWith(::getppid()).has_value() &&
                      ::prctl(PR_GET_PDEATHSIG, &signal) == 0;
    ::_exit(tied && signal == SIGKILL ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace acceld::slurm
