#include "tests/vm/cases/engine.h"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

namespace acceld::vm {
namespace {

constexpr int kPatienceMs = 60000;
constexpr const char* kSettings = "/containers/containers.conf";

// A root file system for each user, $1, who has to be its owner: engines make
// there what they mount on. Everything of the guest's that programs are made
// of; links to the files, not copies: memory is all that a guest has.
constexpr const char* kMakeRoot = R"(set -e
mkdir -p /containers/root-$1 /run/cdi /run/acceld
cd /containers/root-$1
mkdir dev proc sys tmp run etc
for tree in bin lib lib64 usr; do cp -al /$tree .; done
cp /etc/passwd /etc/group etc
: >in-a-container
chown $1:$1 . *
mkdir -m 0700 /containers/home-$1
chown $1:$1 /containers/home-$1
)";

std::string Podman(uid_t user) {
  const std::string home = "/containers/home-" + std::to_string(user);
  return "env HOME=" + home + " XDG_RUNTIME_DIR=" + home +
         " CONTAINERS_CONF=" + kSettings + " podman --log-level=fatal --root " +
         home + "/storage --runroot " + home +
         "/run --storage-driver vfs --cgroup-manager cgroupfs "
         "--events-backend none --runtime crun ";
}

[[noreturn]] void Become(uid_t user, const std::string& command, int input,
                         int output) {
  if (::dup2(input, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(output, 2) < 0 ||
      ::setgroups(0, nullptr) != 0 || ::setresgid(user, user, user) != 0 ||
      ::setresuid(user, user, user) != 0 || ::chdir("/") != 0) {
    std::_Exit(126);
  }
  (void)::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  std::_Exit(127);
}

}  // namespace

void PrepareContainers() {
  if (::access(kSettings, F_OK) == 0) return;
  for (const char* user : {"0", "1000"}) {
    const std::string make = std::string("set -- ") + user + "\n" + kMakeRoot;
    ASSERT_EQ(std::system(make.c_str()), 0);
  }
  std::ofstream(kSettings) << "[containers]\ndefault_ulimits = []\n"
                              "[engine]\nconmon_path = [\"/usr/bin/conmon\"]\n";
}

std::string InUsersNamespaces(uid_t user, const std::string& command) {
  return Podman(user) + "unshare " + command;
}

std::string RunVisitor(uid_t user, const std::string& name,
                       const std::string& options) {
  // An ordinary user has no control group that he may make others in.
  const std::string groups = user == 0 ? "" : "--cgroups=disabled ";
  return Podman(user) + "run --rm --interactive --network none --name " + name +
         " " + groups + options + " --rootfs /containers/root-" +
         std::to_string(user) + " /usr/bin/container_visitor";
}

Container::Container(uid_t user, const std::string& command) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  // A socket, since a write to a pipe that nobody reads is a signal.
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in.data()), 0);
  EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
  std::fflush(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) Become(user, "exec " + command, in[0], out[1]);
  EXPECT_GT(pid_, 0);
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  output_ = out[0];
}

Container::~Container() { (void)Wait(); }

int Container::Wait() {
  if (pid_ <= 0) return -1;
  ::close(input_);
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  ::close(output_);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string Container::Ask(const std::string& request) {
  const std::string line = request + "\n";
  // Who is gone says so below.
  (void)::send(input_, line.data(), line.size(), MSG_NOSIGNAL);
  return Hear();
}

std::string Container::Hear() {
  std::string answer;
  pollfd ready{output_, POLLIN, 0};
  while (::poll(&ready, 1, kPatienceMs) == 1) {
    char byte = 0;
    if (::read(output_, &byte, 1) != 1) break;
    if (byte == '\n') return answer;
    answer.push_back(byte);
  }
  return "no answer: " + answer;
}

void KillContainer(uid_t user, const std::string& name) {
  Container kill(user, Podman(user) + "kill " + name);
  EXPECT_EQ(kill.Wait(), 0);
}

}  // namespace acceld::vm
