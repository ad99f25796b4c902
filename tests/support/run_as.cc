#include "tests/support/run_as.h"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace acceld::testing {
namespace {

constexpr int kNoUser = 126;

bool Become(uid_t user) {
  if (user == ::geteuid()) return true;
  return ::setgroups(0, nullptr) == 0 && ::setresgid(user, user, user) == 0 &&
         ::setresuid(user, user, user) == 0 &&
         // As a program that the user started: its /proc/self is its own.
         ::prctl(PR_SET_DUMPABLE, 1) == 0;
}

}  // namespace

int RunAs(uid_t user, const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(Become(user) ? body() : kNoUser);
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child ||
      !WIFEXITED(status) || WEXITSTATUS(status) == kNoUser) {
    ADD_FAILURE() << "no child of user " << user << "; is this root?";
    return -1;
  }
  return WEXITSTATUS(status);
}

Background::Background(uid_t user, const Body& body) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  pid_ = ::fork();
  if (pid_ == 0) {
    if (!Become(user)) ::_exit(kNoUser);
    (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a change of user clears it
    body([&] { (void)!::write(ends[1], "", 1); });
    ::_exit(0);
  }
  (void)::close(ends[1]);
  char byte = 'x';
  EXPECT_EQ(::read(ends[0], &byte, 1), 1) << "the child ended; is this root?";
  (void)::close(ends[0]);
}

Background::~Background() {
  if (pid_ <= 0) return;
  (void)::kill(pid_, SIGKILL);
  (void)::waitpid(pid_, nullptr, 0);
}

}  // namespace acceld::testing
