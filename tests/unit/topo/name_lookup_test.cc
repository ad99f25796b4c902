#include "client/topo/name_lookup.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/unit/topo/machines.h"

namespace acceld::topo {
namespace {

std::string Found(std::string_view name) {
  const auto topology = testing::SharedHbmMachine().Build();
  const auto id = FindByName(*topology, name);
  return id ? topology->vertex(*id).key : id.error().message;
}

ErrorCode CodeOf(std::string_view name) {
  const auto topology = testing::SharedHbmMachine().Build();
  const auto id = FindByName(*topology, name);
  return id ? ErrorCode::kInternal : id.error().code;
}

TEST(FindByName_WholeKey, IsExact) { EXPECT_EQ(Found("numa:1"), "numa:1"); }

TEST(FindByName_EndOfAKey, IsEnough) {
  EXPECT_EQ(Found("renderD129"), "accelerator:renderD129");
  EXPECT_EQ(Found("RENDERd129"), "accelerator:renderD129");
  EXPECT_EQ(Found("0001:3a:00.0"), "pci:0001:3a:00.0");
}

TEST(FindByName_DeviceNode, NamesItsDevice) {
  EXPECT_EQ(Found("/dev/dri/renderD128"), "accelerator:renderD128");
}

TEST(FindByName_EndOfSeveralKeys, IsAmbiguous) {
  EXPECT_EQ(CodeOf("3a:00.0"), ErrorCode::kInvalidArgument);
  const std::string message = Found("3a:00.0");
  EXPECT_NE(message.find("pci:0000:3a:00.0"), std::string::npos);
  EXPECT_NE(message.find("pci:0001:3a:00.0"), std::string::npos);
}

TEST(FindByName_MiddleOfAWord, IsNoName) {
  EXPECT_EQ(CodeOf("D129"), ErrorCode::kNotFound);
}

TEST(FindByName_MistypedName, IsSuggested) {
  EXPECT_EQ(CodeOf("rendrD129"), ErrorCode::kNotFound);
  EXPECT_NE(Found("rendrD129").find("accelerator:renderD129"),
            std::string::npos);
}

TEST(FindByName_NothingLikeIt, SuggestsNothing) {
  EXPECT_EQ(CodeOf("somethingelse"), ErrorCode::kNotFound);
  EXPECT_EQ(Found("somethingelse").find("did you mean"), std::string::npos);
  EXPECT_EQ(CodeOf(""), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace acceld::topo
