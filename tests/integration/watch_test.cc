// `accel-topo watch` sees devices come and go: through acceld, and by itself.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/unique_fd.h"
#include "tests/integration/plugged_machine.h"

extern char** environ;

namespace acceld::testing {
namespace {

using std::chrono::steady_clock;

// A running accel-topo; its standard output and messages come as one text.
class Watching {
 public:
  explicit Watching(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {Runfile("client/topo/accel-topo"), "watch"});
    std::vector<char*> argv;
    for (std::string& word : arguments) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::array<int, 2> ends{-1, -1};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    output_ = UniqueFd(ends[0]);
    const UniqueFd theirs(ends[1]);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, theirs.get(), 1);
    posix_spawn_file_actions_adddup2(&files, theirs.get(), 2);
    EXPECT_EQ(
        ::posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), environ),
        0);
    posix_spawn_file_actions_destroy(&files);
  }
  ~Watching() {
    if (pid_ > 0) (void)Interrupt();
  }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;

  // Reads until `words` was there, within bounds.
  bool Says(const std::string& words) {
    return ReadUntil([&] { return text_.find(words) != std::string::npos; });
  }
  // Reads until a whole line with `words` was there, within bounds.
  bool SaysLineWith(const std::string& words) {
    return Says(words) && ReadUntil([&] {
             return text_.find('\n', text_.find(words)) != std::string::npos;
           });
  }
  // The line in which `words` stands.
  [[nodiscard]] std::string LineWith(const std::string& words) const {
    const std::size_t at = text_.find(words);
    if (at == std::string::npos) return {};
    const std::size_t begin = text_.rfind('\n', at) + 1;
    return text_.substr(begin, text_.find('\n', at) - begin);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

  // Its exit status; -1 where a signal ended it.
  int Interrupt() {
    (void)::kill(pid_, SIGINT);
    int status = 0;
    (void)::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  template <typename Condition>
  bool ReadUntil(Condition holds) {
    const auto until = steady_clock::now() + std::chrono::seconds(60);
    while (!holds()) {
      pollfd readable{output_.get(), POLLIN, 0};
      if (::poll(&readable, 1, 100) > 0) {
        std::array<char, 4096> chunk{};
        const ssize_t got = ::read(output_.get(), chunk.data(), chunk.size());
        if (got <= 0) return false;
        text_.append(chunk.data(), static_cast<std::size_t>(got));
      }
      if (steady_clock::now() > until) return false;
    }
    return true;
  }

  pid_t pid_ = -1;
  UniqueFd output_;
  std::string text_;
};

class WatchTest : public PluggedMachine {
 protected:
  void ExpectToSeeADeviceComeAndGo(Watching& watching) {
    ASSERT_TRUE(watching.Says("watching")) << watching.text();
    PlugIn("0000:b5:00.0", "hisi_zip-1", "508:1");
    Announce("add", "0000:b5:00.0", "hisi_zip-1");
    ASSERT_TRUE(watching.Says("+ accelerator:hisi_zip-1")) << watching.text();
    PullOut("0000:b5:00.0", "hisi_zip-1");
    Announce("remove", "0000:b5:00.0", "hisi_zip-1");
    ASSERT_TRUE(watching.Says("- accelerator:hisi_zip-1")) << watching.text();
    EXPECT_EQ(watching.Interrupt(), 0);
  }
};

TEST_F(WatchTest, ThroughTheDaemon_SeesADeviceComeAndGo) {
  Watching watching({"--bus", bus_->address()});
  ExpectToSeeADeviceComeAndGo(watching);
}

TEST_F(WatchTest, ByItself_SeesADeviceComeAndGo) {
  Watching watching({"--sysroot", tree_.directory()});
  ExpectToSeeADeviceComeAndGo(watching);
}

TEST_F(WatchTest, Json_IsOneObjectALine) {
  Watching watching({"--json", "--bus", bus_->address()});
  ASSERT_TRUE(watching.Says("watching")) << watching.text();
  PlugIn("0000:b5:00.0", "hisi_zip-1", "508:1");
  Announce("add", "0000:b5:00.0", "hisi_zip-1");
  ASSERT_TRUE(watching.SaysLineWith("accelerator:hisi_zip-1"))
      << watching.text();
  const auto line = ParseJson(watching.LineWith("accelerator:hisi_zip-1"));
  ASSERT_TRUE(line) << watching.text();
  EXPECT_EQ(*line->Find("change"), Document("added"));
  EXPECT_EQ(*line->Find("key"), Document("accelerator:hisi_zip-1"));
}

TEST_F(WatchTest, Daemon_ThatLeavesAndComesBack_IsFollowed) {
  Watching watching({"--bus", bus_->address()});
  ASSERT_TRUE(watching.Says("watching")) << watching.text();
  EXPECT_EQ(daemon_->Stop(), 0);
  ASSERT_TRUE(watching.Says("acceld has left")) << watching.text();
  PlugIn("0000:b5:00.0", "hisi_zip-1", "508:1");
  auto again =
      RunningDaemon::Start(bus_->address(), {"--sysroot=" + tree_.directory()});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(watching.Says("+ accelerator:hisi_zip-1")) << watching.text();
  EXPECT_EQ(watching.Interrupt(), 0);
}

TEST_F(WatchTest, DescribedMachine_DoesNotChange) {
  Watching watching({"--host", "/dev/null"});
  EXPECT_TRUE(watching.Says("does not change")) << watching.text();
}

}  // namespace
}  // namespace acceld::testing
