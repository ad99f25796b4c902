#include "client/topo/machine_source.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/fake_acceld.h"
#include "tests/support/private_bus.h"
#include "tests/support/temp_dir.h"

namespace acceld::topo {
namespace {

using testing::TempDir;

constexpr std::string_view kToy = R"({
  "format": "acceld-machine", "version": 1, "name": "toy",
  "entities": [{"key": "numa:0", "kind": "numa"}],
  "links": [], "relations": []})";

Result<Machine> Load(const SourceOptions& options) {
  std::string notice;
  auto machine = LoadMachine(options, &notice);
  EXPECT_EQ(notice, "");
  return machine;
}

SourceOptions Host(std::string file) {
  SourceOptions options;
  options.host = std::move(file);
  return options;
}

TEST(LoadMachine_DescribedHost, IsBuilt) {
  TempDir folder;
  folder.AddFile("toy.json", kToy);
  const auto machine = Load(Host(folder.At("toy.json")));
  ASSERT_TRUE(machine) << machine.error().message;
  EXPECT_TRUE(machine->topology->Find("numa:0"));
}

TEST(LoadMachine_NoSuchFile, IsNotFound) {
  TempDir folder;
  const auto machine = Load(Host(folder.At("toy.json")));
  ASSERT_FALSE(machine);
  EXPECT_EQ(machine.error().code, ErrorCode::kNotFound);
}

TEST(LoadMachine_MalformedFile, NamesTheFileAndThePlace) {
  TempDir folder;
  folder.AddFile("bad.json", R"({"format": "acceld-machine", "version": 9})");
  const auto machine = Load(Host(folder.At("bad.json")));
  ASSERT_FALSE(machine);
  EXPECT_EQ(machine.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(machine.error().message.find("bad.json"), std::string::npos);
  EXPECT_NE(machine.error().message.find("/version"), std::string::npos);
}

TEST(LoadMachine_NoSuchTree, IsNotFound) {
  TempDir folder;
  SourceOptions options;
  options.sysroot = folder.At("nothing");
  const auto machine = Load(options);
  ASSERT_FALSE(machine);
  EXPECT_EQ(machine.error().code, ErrorCode::kNotFound);
}

// A daemon that answers nonsense is an error: probing this machine instead
// would show people another machine than the one they asked for.
TEST(LoadMachine_DaemonThatAnswersNonsense, IsNotIgnored) {
  const auto bus = testing::PrivateBus::Start();
  ASSERT_TRUE(bus) << bus.error().message;
  testing::FakeAcceld acceld((*bus)->address(), {});
  SourceOptions options;
  options.bus = (*bus)->address();
  const auto machine = Load(options);
  ASSERT_FALSE(machine);
  EXPECT_EQ(machine.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace acceld::topo
