#include "client/topo/command_line.h"

#include <gtest/gtest.h>

#include <variant>
#include <vector>

namespace acceld::topo {
namespace {

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

TEST(CommandLine_Nothing, IsShow) {
  const CommandLine line = Parsed({});
  EXPECT_EQ(line.command, Command::kShow);
  EXPECT_TRUE(line.show.io);
  EXPECT_EQ(line.source.bus, "system");
}

TEST(CommandLine_ShowOptions, StandWithAndWithoutTheCommand) {
  EXPECT_FALSE(Parsed({"--no-io"}).show.io);
  EXPECT_FALSE(Parsed({"show", "--no-io"}).show.io);
  EXPECT_EQ(Parsed({"--only", "nic"}).show.only, VertexKind::kNic);
  EXPECT_EQ(StatusOf({"--no-io", "devices"}), 2);
}

TEST(CommandLine_CommonOptions, StandBeforeAndAfterTheCommand) {
  EXPECT_EQ(Parsed({"--host", "a.json", "memory"}).source.host, "a.json");
  const CommandLine line =
      Parsed({"distance", "a", "b", "--sysroot", "/r", "--json"});
  EXPECT_EQ(line.source.sysroot, "/r");
  EXPECT_TRUE(line.json);
  EXPECT_EQ(line.from, "a");
  EXPECT_EQ(line.to, "b");
}

TEST(CommandLine_Look, IsAskedFor) {
  const CommandLine line =
      Parsed({"--width", "0", "--color", "always", "--ascii"});
  EXPECT_EQ(line.width, 0);
  EXPECT_EQ(line.colour, true);
  EXPECT_EQ(line.unicode, false);
}

TEST(CommandLine_Kinds, AreParsed) {
  const CommandLine line = Parsed({"matrix", "accelerator", "memory"});
  EXPECT_EQ(line.kinds,
            (std::vector{VertexKind::kAccelerator, VertexKind::kMemoryTarget}));
}

TEST(CommandLine_HelpAndVersion, EndWell) {
  EXPECT_EQ(StatusOf({"--help"}), 0);
  EXPECT_EQ(StatusOf({"distance", "--help"}), 0);
  EXPECT_EQ(StatusOf({"--version"}), 0);
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
