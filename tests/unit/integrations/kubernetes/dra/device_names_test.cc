#include "integrations/kubernetes/dra/device_names.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/unit/integrations/kubernetes/dra/described_machine.h"

namespace acceld::dra {
namespace {

TEST(DnsLabel, WhatALabelDoesNotHave_BecomesADash) {
  EXPECT_EQ(DnsLabel("pci-0000:3b:00.0"), "pci-0000-3b-00-0");
  EXPECT_EQ(DnsLabel("RenderD128"), "renderd128");
  EXPECT_EQ(DnsLabel("_a."), "a");
  EXPECT_FALSE(DnsLabel("::").empty());
  EXPECT_NE(DnsLabel(":"), DnsLabel("::"));
}

TEST(DnsLabel, TooLongText_IsCutAndStaysUnique) {
  const std::string a(80, 'a');
  EXPECT_EQ(DnsLabel(a).size(), 63U);
  EXPECT_NE(DnsLabel(a + "1"), DnsLabel(a + "2"));
  EXPECT_EQ(DnsLabel(a), DnsLabel(a));
}

TEST(Identifier, Functions_BecomeIdentifiers) {
  EXPECT_EQ(Identifier("compress/deflate"), "compress_deflate");
  EXPECT_EQ(Identifier("7z"), "_7z");
  EXPECT_EQ(Identifier("fpga/d8424dc4-a4a3-c413-f89e-433683f9040b").size(),
            32U);
  EXPECT_NE(Identifier("fpga/d8424dc4-a4a3-c413-f89e-433683f9040b"),
            Identifier("fpga/d8424dc4-a4a3-c413-f89e-433683f9040c"));
}

TEST(LabelValue, Reasons_BecomeValues) {
  EXPECT_EQ(LabelValue("new fan, ordered"), "new-fan--ordered");
  EXPECT_EQ(LabelValue("..."), "");
  EXPECT_EQ(LabelValue(std::string(70, 'x')).size(), 63U);
}

TEST(AttributeText, TooLongText_IsCutBetweenCharacters) {
  const std::string text = std::string(63, 'x') + "\xc3\xa9";
  EXPECT_EQ(AttributeText(text), std::string(63, 'x'));
  EXPECT_EQ(AttributeText("short"), "short");
  EXPECT_EQ(AttributeKey(std::string(65, 'k')).size(), 64U);
}

TEST(NameDevices, PciDevices_AreNamedByAddressAndFramework) {
  const Machine machine = DescribedMachine("dsa-gpu-2s");
  EXPECT_EQ(NameDevices(machine.devices()),
            (std::vector<std::string>{
                "pci-0000-3e-00-0-drm", "pci-0000-6a-01-0-wq0-0",
                "pci-0000-6a-01-0-wq0-1", "pci-0000-6a-02-0-wq1-0",
                "pci-0000-6f-01-0-wq2-0", "pci-0000-e7-01-0-wq4-0",
                "pci-0000-e7-01-0-wq4-1", "pci-0000-e7-02-0-wq5-0"}));
}

// Two of one framework on a function, and keys that are one label.
TEST(NameDevices, WhatWouldBeNamedAlike_IsNumbered) {
  std::string text = R"({"format": "acceld-machine", "entities": [)";
  for (const char* key : {"a", "b"}) {
    text += std::string(R"({"key": "accelerator:)") + key +
            R"(", "kind": "accelerator", "attributes": {"framework": "drm",
               "functions": ["copy"], "place_function": "pci:0000:01:00.0"}},)";
  }
  for (const char* key : {"s.1", "s:1", "s_1"}) {
    text += std::string(R"({"key": "accelerator:)") + key +
            R"(", "kind": "accelerator",
               "attributes": {"functions": ["copy"]}},)";
  }
  text.back() = ']';
  const Machine machine = MachineOf(text + "}");
  EXPECT_EQ(NameDevices(machine.devices()),
            (std::vector<std::string>{"pci-0000-01-00-0-drm",
                                      "pci-0000-01-00-0-drm-2", "s-1", "s-1-2",
                                      "s-1-3"}));
}

}  // namespace
}  // namespace acceld::dra
