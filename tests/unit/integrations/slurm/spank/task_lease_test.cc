// Where a task's descriptors go. The lease itself is tried with a real Slurm
// (tests/integration/slurm).
#include "integrations/slurm/spank/task_lease.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

namespace acceld::slurm {
namespace {

// In a child, which has only the descriptors that it is told and its standard
// ones.
int FirstFreeBeside(const std::vector<int>& open, int count) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr unsigned kAll = ~0U;
    if (::close_range(3, kAll, 0) != 0) ::_exit(255);
    for (const int fd : open) (void)::dup2(STDERR_FILENO, fd);
    ::_exit(FirstFreeNumber(count));
  }
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(TaskLeaseTest, Numbers_AreTheFirstThatNobodyUses) {
  EXPECT_EQ(FirstFreeBeside({}, 2), 3);
  EXPECT_EQ(FirstFreeBeside({3, 4, 5}, 2), 6);
  EXPECT_EQ(FirstFreeBeside({4}, 1), 3);
  EXPECT_EQ(FirstFreeBeside({4}, 2), 5);
  EXPECT_EQ(FirstFreeBeside({3, 6, 8}, 3), 9);
}

TEST(TaskLeaseTest, TextThatIsNoPipeline_IsAFault) {
  const auto lease = LeaseForTask("{", "unix:path=/nonexistent", false);
  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().code, ErrorCode::kInvalidArgument);
}

TEST(TaskLeaseTest, PathsWithoutAMountNamespace_AreAFault) {
  const auto lease = LeaseForTask(R"({"stages":[{"grant":"path"}]})",
                                  "unix:path=/nonexistent", false);
  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace acceld::slurm
