#include "client/topo/command_line.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "client/program.h"
#include "client/topo/commands/commands.h"
#include "tests/support/temp_dir.h"

namespace acceld::topo {
namespace {

using client::EarlyEnd;

constexpr std::string_view kToy = R"({
  "format": "acceld-machine", "version": 1, "name": "toy",
  "entities": [{"key": "numa:0", "kind": "numa"},
               {"key": "nic:eth7", "kind": "nic"},
               {"key": "storage:nvme3", "kind": "storage"}],
  "links": [], "relations": []})";

std::variant<CommandLine, EarlyEnd> Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "accel-topo");
  return ParseCommandLine(static_cast<int>(arguments.size()), arguments.data());
}

CommandLine Parsed(std::vector<const char*> arguments) {
  auto result = Parse(std::move(arguments));
  if (const auto* end = std::get_if<EarlyEnd>(&result)) {
    ADD_FAILURE() << end->text;
    return {};
  }
  return std::get<CommandLine>(std::move(result));
}

int StatusOf(std::vector<const char*> arguments) {
  const auto result = Parse(std::move(arguments));
  const auto* end = std::get_if<EarlyEnd>(&result);
  return end == nullptr ? -1 : end->exit_status;
}

// What a command prints of the toy machine.
std::string OutputOf(std::vector<const char*> arguments) {
  testing::TempDir folder;
  folder.AddFile("toy.json", kToy);
  CommandLine line = Parsed(std::move(arguments));
  line.tool.source.host = folder.At("toy.json");
  char* bytes = nullptr;
  std::size_t size = 0;
  line.tool.out = open_memstream(&bytes, &size);
  const Result<int> status = line.run(line.tool);
  (void)std::fclose(line.tool.out);
  std::string text(bytes, size);
  std::free(bytes);
  EXPECT_TRUE(status) << status.error().message;
  return text;
}

bool Holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(CommandLine_Nothing, IsShow) {
  const CommandLine line = Parsed({});
  EXPECT_EQ(line.command, "show");
  EXPECT_EQ(line.tool.source.bus, "system");
  EXPECT_FALSE(line.tool.json);
}

TEST(CommandLine_ShowOptions, StandWithAndWithoutTheCommand) {
  EXPECT_TRUE(Holds(OutputOf({}), "eth7"));
  EXPECT_FALSE(Holds(OutputOf({"--no-io"}), "eth7"));
  EXPECT_FALSE(Holds(OutputOf({"show", "--no-io"}), "eth7"));
  EXPECT_FALSE(Holds(OutputOf({"--no-io", "show"}), "eth7"));
  EXPECT_FALSE(Holds(OutputOf({"--only", "nic"}), "nvme3"));
  EXPECT_EQ(StatusOf({"--no-io", "devices"}), 2);
}

TEST(CommandLine_CommonOptions, StandBeforeAndAfterTheCommand) {
  EXPECT_EQ(Parsed({"--host", "a.json", "memory"}).tool.source.host, "a.json");
  const CommandLine line =
      Parsed({"distance", "a", "b", "--sysroot", "/r", "--json"});
  EXPECT_EQ(line.command, "distance");
  EXPECT_EQ(line.tool.source.sysroot, "/r");
  EXPECT_TRUE(line.tool.json);
}

TEST(CommandLine_Look, IsAskedFor) {
  const CommandLine line =
      Parsed({"--width", "0", "--color", "always", "--ascii"});
  EXPECT_EQ(line.tool.look.width, 0);
  EXPECT_TRUE(line.tool.look.colour);
  EXPECT_FALSE(line.tool.look.unicode);
}

TEST(CommandLine_Arguments, ReachTheCommand) {
  const std::string matrix = OutputOf({"matrix", "nic", "numa"});
  EXPECT_TRUE(Holds(matrix, "nic:eth7"));
  EXPECT_TRUE(Holds(matrix, "numa:0"));
  EXPECT_FALSE(Holds(matrix, "nvme3"));
  EXPECT_TRUE(Holds(OutputOf({"--json", "why", "eth7"}), "\"nic:eth7\""));
}

TEST(CommandLine_HelpAndVersion, EndWell) {
  EXPECT_EQ(StatusOf({"--help"}), 0);
  EXPECT_EQ(StatusOf({"--version"}), 0);
  for (const Command& command : AllCommands()) {
    EXPECT_EQ(StatusOf({command.name, "--help"}), 0) << command.name;
  }
}

TEST(Commands_Names, DifferAndHaveHelp) {
  std::set<std::string> names;
  for (const Command& command : AllCommands()) {
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    EXPECT_STRNE(command.help, "");
  }
}

TEST(Commands_Manual, HasASectionForEach) {
  std::ifstream page("docs/man/accel-topo.1");
  const std::string text(std::istreambuf_iterator<char>(page), {});
  for (const Command& command : AllCommands()) {
    const std::string name(command.name);
    EXPECT_TRUE(Holds(text, ".TP\n.B " + name + "\n") ||
                Holds(text, ".TP\n.BI " + name + " ") ||
                Holds(text, ".TP\n.BR " + name + " "))
        << name;
  }
}

TEST(CommandLine_Mistakes, AreUsageErrors) {
  EXPECT_EQ(StatusOf({"nonsense"}), 2);
  EXPECT_EQ(StatusOf({"distance", "a"}), 2);
  EXPECT_EQ(StatusOf({"matrix", "nonsense"}), 2);
  EXPECT_EQ(StatusOf({"--only", "nonsense"}), 2);
  EXPECT_EQ(StatusOf({"--host", "a", "--sysroot", "b"}), 2);
  EXPECT_EQ(StatusOf({"--direct", "--bus", "session"}), 2);
  EXPECT_EQ(StatusOf({"--width", "-1"}), 2);
}

}  // namespace
}  // namespace acceld::topo
