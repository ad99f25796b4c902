#include "tests/integration/doors/command_door.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/unique_fd.h"

namespace acceld::testing {
namespace {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Pipe MakePipe() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

int StatusOf(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class ProgramDoor final : public Door {
 public:
  explicit ProgramDoor(CommandDoor options) : options_(std::move(options)) {
    for (std::string& word : options_.command) argv_.push_back(word.data());
    argv_.push_back(nullptr);
  }
  ~ProgramDoor() override {
    if (pid_ > 0) GiveBack();
  }
  const char* name() const override { return options_.name; }
  std::string busy() const override {
    return "exit status " + std::to_string(options_.busy);
  }

  Answer Ask() override {
    Pipe input = MakePipe();
    Pipe output = MakePipe();
    posix_spawn_file_actions_t actions{};
    (void)::posix_spawn_file_actions_init(&actions);
    (void)::posix_spawn_file_actions_adddup2(&actions, input.read.get(), 0);
    (void)::posix_spawn_file_actions_adddup2(&actions, output.write.get(), 1);
    (void)::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY,
                                             0);
    const int error = ::posix_spawn(&pid_, argv_[0], &actions, nullptr,
                                    argv_.data(), environ);
    (void)::posix_spawn_file_actions_destroy(&actions);
    EXPECT_EQ(error, 0) << argv_[0];
    output.write.Reset();
    std::array<char, 16> said{};
    if (::read(output.read.get(), said.data(), said.size()) > 0) {
      input_ = std::move(input.write);
      return {true, ""};
    }
    const int status = StatusOf(std::exchange(pid_, -1));
    return {false, "exit status " + std::to_string(status)};
  }
  void GiveBack() override {
    input_.Reset();
    EXPECT_EQ(StatusOf(std::exchange(pid_, -1)), 0) << name();
  }

 private:
  CommandDoor options_;
  std::vector<char*> argv_;
  pid_t pid_ = -1;
  UniqueFd input_;  // of the program that holds
};

}  // namespace

std::unique_ptr<Door> MakeCommandDoor(CommandDoor options) {
  return std::make_unique<ProgramDoor>(std::move(options));
}

}  // namespace acceld::testing
