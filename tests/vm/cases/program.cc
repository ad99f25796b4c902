#include "tests/vm/cases/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/vm/cases/service.h"

extern char** environ;

namespace acceld::vm {
namespace {

constexpr auto kPatience = std::chrono::seconds(120);
constexpr auto kPause = std::chrono::milliseconds(50);

template <typename Condition>
bool Soon(const Condition& holds) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

}  // namespace

Program::Program(const std::vector<std::string>& argv) {
  char name[] = "/tmp/output-XXXXXX";
  const int output = ::mkostemp(name, O_CLOEXEC);
  EXPECT_GE(output, 0);
  file_ = name;
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, output, 1);
  posix_spawn_file_actions_adddup2(&files, output, 2);
  std::vector<std::string> words = argv;
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  EXPECT_EQ(::posix_spawn(&pid_, pointers[0], &files, nullptr, pointers.data(),
                          environ),
            0)
      << argv[0];
  posix_spawn_file_actions_destroy(&files);
  ::close(output);
}

Program::~Program() {
  if (pid_ > 0) {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  ::unlink(file_.c_str());
}

void Program::Kill() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string Program::output() const {
  std::ifstream in(file_);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool Program::Says(const std::string& words) const {
  return Soon([&] { return output().find(words) != std::string::npos; });
}

Daemon::Daemon(const std::vector<std::string>& options) {
  if (HasSystemd()) {
    EXPECT_TRUE(options.empty()) << "a service has its own";
    Service("acceld").Start();
    return;
  }
  std::vector<std::string> argv{"/usr/bin/acceld", "--verbose"};
  argv.insert(argv.end(), options.begin(), options.end());
  program_.emplace(argv);
  EXPECT_TRUE(program_->Says("bus_name_taken")) << program_->output();
}

Daemon::~Daemon() {
  if (!program_) Service("acceld").Stop();
}

pid_t Daemon::pid() const {
  return program_ ? program_->pid() : Service("acceld").pid();
}

std::string Daemon::log() const {
  return program_ ? program_->output() : Service("acceld").Log();
}

bool Daemon::Says(const std::string& words) const {
  return Soon([&] { return log().find(words) != std::string::npos; });
}

void Daemon::Kill() {
  if (program_) return program_->Kill();
  EXPECT_EQ(Shell("systemctl kill --signal=KILL acceld.service").status, 0);
}

}  // namespace acceld::vm
