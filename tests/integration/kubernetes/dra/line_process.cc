#include "tests/integration/kubernetes/dra/line_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/json.h"

extern char** environ;

namespace acceld::testing {
namespace {

constexpr int kAnswerWithinMs = 60'000;

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) {
    pointers.push_back(const_cast<char*>(text.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

Result<pid_t> Spawn(const std::vector<std::string>& arguments,
                    const std::vector<std::string>& environment, int input,
                    int output) {
  std::vector<std::string> variables = environment;
  for (char** one = environ; *one != nullptr; ++one) variables.push_back(*one);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (input >= 0) ::posix_spawn_file_actions_adddup2(&actions, input, 0);
  if (output >= 0) ::posix_spawn_file_actions_adddup2(&actions, output, 1);
  pid_t pid = -1;
  const int error =
      ::posix_spawn(&pid, arguments[0].c_str(), &actions, nullptr,
                    Pointers(arguments).data(), Pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return FailErrno(arguments[0], error);
  return pid;
}

int Wait(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

Result<std::unique_ptr<LineProcess>> LineProcess::Start(
    const std::vector<std::string>& arguments) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (::pipe2(in.data(), O_CLOEXEC) != 0) return FailErrno("pipe", errno);
  UniqueFd theirs_in(in[0]);
  UniqueFd mine_in(in[1]);
  if (::pipe2(out.data(), O_CLOEXEC) != 0) return FailErrno("pipe", errno);
  UniqueFd mine_out(out[0]);
  UniqueFd theirs_out(out[1]);
  ACCELD_TRY(const pid_t pid,
             Spawn(arguments, {}, theirs_in.get(), theirs_out.get()));
  return std::unique_ptr<LineProcess>(
      new LineProcess(pid, std::move(mine_in), std::move(mine_out)));
}

LineProcess::~LineProcess() {
  input_.Reset();  // it ends with its input
  (void)Wait(pid_);
}

int LineProcess::Send(const std::string& what, Document::Object members) {
  members.insert(members.begin(), {{"id", ++next_}, {"do", what}});
  std::string line = PrintJson(Document(std::move(members))) + "\n";
  for (std::string_view left = line; !left.empty();) {
    const ssize_t sent = ::write(input_.get(), left.data(), left.size());
    if (sent < 0 && errno == EINTR) continue;
    EXPECT_GT(sent, 0);
    if (sent <= 0) break;
    left.remove_prefix(static_cast<std::size_t>(sent));
  }
  return next_;
}

bool LineProcess::ReadLine(std::string& line) {
  for (;;) {
    if (const auto end = waiting_.find('\n'); end != std::string::npos) {
      line = waiting_.substr(0, end);
      waiting_.erase(0, end + 1);
      return true;
    }
    pollfd polled{output_.get(), POLLIN, 0};
    if (::poll(&polled, 1, kAnswerWithinMs) <= 0) return false;
    std::array<char, 65536> part{};
    const ssize_t got = ::read(output_.get(), part.data(), part.size());
    if (got <= 0) return false;
    waiting_.append(part.data(), static_cast<std::size_t>(got));
  }
}

Document LineProcess::Answer(int id) {
  std::string line;
  while (!kept_.contains(id)) {
    if (!ReadLine(line)) {
      ADD_FAILURE() << "no answer to call " << id;
      return Document::Object{};
    }
    auto answer = ParseJson(line, {.bytes = 16U << 20, .elements = 1U << 20});
    EXPECT_TRUE(answer) << line;
    const Document* number = answer ? answer->Find("id") : nullptr;
    if (number == nullptr || number->AsInteger() == nullptr) continue;
    kept_[static_cast<int>(*number->AsInteger())] = *std::move(answer);
  }
  Document answer = std::move(kept_[id]);
  kept_.erase(id);
  return answer;
}

Document LineProcess::Do(const std::string& what, Document::Object members) {
  Document answer = Answer(Send(what, std::move(members)));
  EXPECT_EQ(answer.Find("error"), nullptr) << what << PrintJson(answer);
  return answer;
}

Result<std::unique_ptr<Process>> Process::Start(
    const std::vector<std::string>& arguments,
    const std::vector<std::string>& environment) {
  // Becomes the program itself.
  std::vector<std::string> command{"/usr/bin/setpriv", "--pdeathsig", "TERM"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  ACCELD_TRY(const pid_t pid, Spawn(command, environment, -1, -1));
  return std::unique_ptr<Process>(new Process(pid));
}

Process::~Process() { (void)End(SIGTERM); }

int Process::End(int signal) {
  if (pid_ < 0) return -1;
  (void)::kill(pid_, signal);
  return Wait(std::exchange(pid_, -1));
}

void Process::Send(int signal) const {
  if (pid_ > 0) (void)::kill(pid_, signal);
}

bool Process::Runs() const {
  siginfo_t ended{};
  return pid_ > 0 &&
         ::waitid(P_PID, static_cast<id_t>(pid_), &ended,
                  WEXITED | WNOHANG | WNOWAIT) == 0 &&
         ended.si_pid == 0;
}

}  // namespace acceld::testing
