#include "probes/rated_power.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "probes/fact.h"
#include "tests/unit/probes/fact_queries.h"
#include "tests/unit/probes/framework_tree.h"

namespace acceld::probes {
namespace {

using acceld::testing::FaultAt;
using acceld::testing::FindAttribute;
using acceld::testing::FrameworkTree;
using acceld::testing::TextOf;

constexpr const char* kKey = "pci:0000:83:00.0";

// Files of the monitor "hwmon3", or of another by "NAME/FILE".
FactSet FactsWith(
    const std::vector<std::pair<std::string, std::string>>& files) {
  FrameworkTree machine;
  const std::string gpu =
      machine.AddFunction("0000:83:00.0", 0x1002, 0x740f, "amdgpu");
  machine.AddFunction("0000:84:00.0", 0x1002, 0x740f, "amdgpu");
  for (const auto& [file, text] : files) {
    const std::string directory =
        file.find('/') == std::string::npos ? "hwmon3/" : "";
    machine.tree.AddFile(gpu + "/hwmon/" + directory + file, text);
  }
  return machine.Run();
}

// Of the monitors' files, not of what the tree of a test lacks.
std::vector<ErrorCode> PowerFaults(const FactSet& facts) {
  std::vector<ErrorCode> codes;
  for (const Fault& fault : facts.faults) {
    if (fault.where.find("/hwmon/") == std::string::npos) continue;
    codes.push_back(fault.code);
  }
  return codes;
}

TEST(RatedPower, OfAmdgpu_IsTheLimitThatTheBoardComesWith) {
  const FactSet facts = FactsWith({{"power1_cap", "200000000\n"},
                                   {"power1_cap_default", "300000000\n"},
                                   {"power1_cap_max", "345000000\n"},
                                   {"power1_average", "42000000\n"}});
  EXPECT_EQ(TextOf(facts, kKey, attr::kPower), "300W");
  const Attribute* power = FindAttribute(facts, kKey, attr::kPower);
  ASSERT_NE(power, nullptr);
  EXPECT_EQ(power->from.evidence, Evidence::kFirmware);
  EXPECT_TRUE(power->from.source.ends_with(
      "/0000:83:00.0/hwmon/hwmon3/power1_cap_default"));
  EXPECT_EQ(TextOf(facts, "pci:0000:84:00.0", attr::kPower), "");
}

TEST(RatedPower, OfOlderAmdgpu_IsTheLimitInForce) {
  const FactSet facts = FactsWith(
      {{"power1_cap", "225000000\n"}, {"power1_cap_max", "250000000\n"}});
  EXPECT_EQ(TextOf(facts, kKey, attr::kPower), "225W");
}

TEST(RatedPower, OfXe_IsTheRatedOne) {
  const FactSet facts = FactsWith(
      {{"power1_max", "150000000\n"}, {"power1_rated_max", "190000000\n"}});
  EXPECT_EQ(TextOf(facts, kKey, attr::kPower), "190W");
}

TEST(RatedPower, RatingThatIsNotKnown_LeavesTheLimit) {
  const FactSet facts =
      FactsWith({{"power1_rated_max", "0\n"}, {"power1_max", "150000000\n"}});
  EXPECT_EQ(TextOf(facts, kKey, attr::kPower), "150W");
}

TEST(RatedPower, NoLimitAtAll_IsNotKnown) {
  const FactSet facts = FactsWith({{"power1_max", "0\n"}});
  EXPECT_EQ(FindAttribute(facts, kKey, attr::kPower), nullptr);
  EXPECT_TRUE(PowerFaults(facts).empty());
}

TEST(RatedPower, SecondMonitor_IsAskedToo) {
  const FactSet facts = FactsWith(
      {{"hwmon1/temp1_input", "40000\n"}, {"hwmon9/power1_cap", "75000000\n"}});
  EXPECT_EQ(TextOf(facts, kKey, attr::kPower), "75W");
}

TEST(RatedPower, WhatIsNoPower_IsAFault) {
  for (const char* text : {"-1\n", "9223372036854775807\n", "much\n"}) {
    const FactSet facts = FactsWith({{"power1_cap", text}});
    EXPECT_EQ(FindAttribute(facts, kKey, attr::kPower), nullptr) << text;
    EXPECT_EQ(PowerFaults(facts), std::vector{ErrorCode::kCorruptInput})
        << text;
  }
}

}  // namespace
}  // namespace acceld::probes
