#include "tests/integration/exporter/running_exporter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <functional>
#include <utility>

#include "base/json.h"
#include "tests/integration/running_daemon.h"

namespace acceld::testing {
namespace {

constexpr char kProgram[] = "integrations/exporter/accel-exporter";
constexpr std::size_t kMaxScrape = std::size_t{16} << 20;
constexpr char kReader[] = "tests/integration/exporter/read_metrics.py";

// The number after "port=" in what the exporter logs; 0 where it ended before.
int ReadPort(int log) {
  std::string text;
  std::array<char, 512> some{};
  for (;;) {
    const auto size = ::read(log, some.data(), some.size());
    if (size <= 0) break;
    text.append(some.data(), static_cast<std::size_t>(size));
    const auto at = text.find(" port=");
    if (at == std::string::npos) continue;
    const auto end = text.find('\n', at);
    if (end != std::string::npos) return std::stoi(text.substr(at + 6));
  }
  ADD_FAILURE() << "the exporter ended: " << text;
  return 0;
}

std::string OutputOf(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "re");
  if (pipe == nullptr) return "";
  std::string text;
  std::array<char, 4096> some{};
  while (const auto size = std::fread(some.data(), 1, some.size(), pipe)) {
    text.append(some.data(), size);
  }
  EXPECT_EQ(::pclose(pipe), 0) << command << ": " << text;
  return text;
}

[[noreturn]] void Run(int program, int log,
                      std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  (void)::dup2(log, STDERR_FILENO);
  (void)::fexecve(program, argv.data(), environ);
  ::_exit(1);
}

}  // namespace

std::optional<double> Scrape::Find(const std::string& name) const {
  const auto found = samples.find(name);
  if (found == samples.end()) return std::nullopt;
  return found->second;
}

std::map<std::string, double> Scrape::StartingWith(
    const std::string& start) const {
  std::map<std::string, double> found;
  for (const auto& [name, value] : samples) {
    if (name.starts_with(start)) found[name] = value;
  }
  return found;
}

RunningExporter::RunningExporter(uid_t user, const std::string& address,
                                 std::vector<std::string> arguments) {
  // The user may not be able to reach the runfiles by their path.
  const int program = ::open(Runfile(kProgram).c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_GE(program, 0) << Runfile(kProgram);
  std::array<int, 2> log{};
  EXPECT_EQ(::pipe2(log.data(), O_CLOEXEC), 0);
  std::vector<std::string> command{"accel-exporter", "--bus=" + address,
                                   "--listen=127.0.0.1:0", "--good-for=0ns"};
  for (std::string& argument : arguments) {
    command.push_back(std::move(argument));
  }
  process_ = std::make_unique<Background>(
      user, [&](const std::function<void()>& ready) {
        ready();
        Run(program, log[1], command);
      });
  (void)::close(log[1]);
  (void)::close(program);
  log_ = UniqueFd(log[0]);
  port_ = ReadPort(log_.get());
}

Scrape RunningExporter::Read(const std::string& path,
                             const std::string& credentials) const {
  const auto answer = ParseJson(
      OutputOf("python3 '" + Runfile(kReader) + "' 'http://127.0.0.1:" +
               std::to_string(port_) + path + "' '" + credentials + "'"),
      {.bytes = kMaxScrape, .string_bytes = kMaxScrape});
  Scrape scrape;
  if (!answer) {
    ADD_FAILURE() << answer.error().message;
    return scrape;
  }
  scrape.status = static_cast<int>(*answer->Find("status")->AsInteger());
  scrape.seconds = *answer->Find("seconds")->AsReal();
  scrape.text = *answer->Find("text")->AsString();
  scrape.lint = *answer->Find("lint")->AsString();
  for (const auto& [name, value] : *answer->Find("samples")->AsObject()) {
    const auto* whole = value.AsInteger();
    scrape.samples[name] =
        whole == nullptr ? *value.AsReal() : static_cast<double>(*whole);
  }
  return scrape;
}

}  // namespace acceld::testing
