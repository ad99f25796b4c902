// docs/soft-queue.md against the code: its example is run as it stands, and
// its table of functions is the worker's.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>

#include "daemon/soft/functions/names.h"
#include "tests/support/soft_pool.h"
#include "tests/support/temp_dir.h"

namespace acceld::soft {
namespace {

using acceld::testing::SoftPool;
using acceld::testing::TempDir;

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Manual() { return ReadText("docs/soft-queue.md"); }

std::string Example() {
  const std::string manual = Manual();
  const std::string fence("```python\n");
  const std::size_t start = manual.find(fence);
  EXPECT_NE(start, std::string::npos);
  const std::size_t code = start + fence.size();
  return manual.substr(code, manual.find("```", code) - code);
}

// Runs `script` with the queue as descriptor 3 and its output in `output`.
int RunPython(const std::string& script, int queue, const std::string& output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, queue, 3);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(),
                                   O_WRONLY | O_CREAT, 0600);
  std::string python("python3");
  std::string name(script);
  std::string fd("3");
  const std::array<char*, 4> arguments{python.data(), name.data(), fd.data(),
                                       nullptr};
  std::string path("PATH=/usr/local/bin:/usr/bin:/bin");
  const std::array<char*, 2> environment{path.data(), nullptr};
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, "/usr/bin/python3", &actions, nullptr,
                                 arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  EXPECT_EQ(error, 0);
  int status = -1;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  return status;
}

TEST(Manual, Example_DigestsAMillionTimesA) {
  const TempDir dir;
  const std::string script = dir.At("example.py");
  std::ofstream(script) << Example();
  SoftPool soft;
  const UniqueFd queue = soft.Attach(1, "digest/sha256");
  ASSERT_EQ(RunPython(script, queue.get(), dir.At("output")), 0);
  // FIPS 180-2, appendix B.3.
  EXPECT_EQ(
      ReadText(dir.At("output")),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0\n");
}

TEST(Manual, Functions_AreThoseOfTheWorker) {
  const std::string manual = Manual();
  for (const FunctionName& function : FunctionNames()) {
    std::string row("| ");
    row.append(std::to_string(static_cast<unsigned>(function.opcode)))
        .append(" | `")
        .append(function.name)
        .append("` |");
    EXPECT_NE(manual.find(row), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace acceld::soft
