#include "integrations/cdi/spec.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "integrations/cdi/spec_reader.h"
#include "tests/support/json_schema.h"

namespace acceld::cdi {
namespace {

DeviceNode RenderNode() {
  DeviceNode node;
  node.path = "/dev/dri/renderD128";
  node.major = 226;
  node.minor = 128;
  node.permissions = "rw";
  return node;
}

Spec Smallest() {
  Spec spec;
  spec.kind = "acceld.org/drm";
  Device& device = spec.devices.emplace_back();
  device.name = "renderD128";
  device.edits.nodes.push_back(RenderNode());
  return spec;
}

// With everything that the type can say.
Spec Largest() {
  Spec spec = Smallest();
  DeviceNode& node = spec.devices[0].edits.nodes[0];
  node.host_path = "/dev/dri/renderD129";
  node.file_mode = 0660;
  node.uid = 1000;
  node.gid = 44;
  spec.devices[0].edits.mounts.push_back(
      {"/run/dbus/socket", "/run/bus", "none", {"bind", "ro"}});
  spec.devices[0].edits.hooks.push_back({std::string(kCreateRuntime),
                                         "/usr/bin/accelctl",
                                         {"accelctl", "cdi"},
                                         {"A=1"},
                                         5});
  spec.edits.env = {{"ACCELD_LEASE", "/org/acceld1/lease/1f"}, {"EMPTY", ""}};
  Device& second = spec.devices.emplace_back();
  second.name = "9";
  second.edits.env = {{"EQUALS", "a=b"}};
  return spec;
}

std::string Print(const Spec& spec) {
  auto text = PrintSpec(spec);
  EXPECT_TRUE(text) << text.error().message;
  return text.value_or("");
}

TEST(CdiSpec, OfEachContent_DeclaresTheLowestVersion) {
  Spec spec = Smallest();
  EXPECT_EQ(LowestVersion(spec), "0.3.0");
  spec.devices[0].edits.mounts.push_back({"/a", "/a", "", {}});
  EXPECT_EQ(LowestVersion(spec), "0.3.0");
  spec.devices[0].edits.mounts[0].type = "none";
  EXPECT_EQ(LowestVersion(spec), "0.4.0");
  spec.devices[0].edits.nodes[0].host_path = "/dev/dri/renderD129";
  EXPECT_EQ(LowestVersion(spec), "0.5.0");
  spec.kind = "acceld.org/a.b";
  EXPECT_EQ(LowestVersion(spec), "0.6.0");
}

TEST(CdiSpec, HostPathThatIsThePath_IsNotWritten) {
  Spec spec = Smallest();
  spec.devices[0].edits.nodes[0].host_path = "/dev/dri/renderD128";
  EXPECT_EQ(LowestVersion(spec), "0.3.0");
  EXPECT_EQ(Print(spec).find("hostPath"), std::string::npos);
}

TEST(CdiSpec, DeviceNameWithADigitFirst_TakesVersion050) {
  Spec spec = Smallest();
  spec.devices[0].name = "1f0c";
  EXPECT_EQ(LowestVersion(spec), "0.5.0");
}

TEST(CdiSpec, Printed_IsAcceptedByThePublishedSchema) {
  const testing::JsonSchema schema("tests/fixtures/cdi/cdi-0.5.0.schema.json");
  EXPECT_TRUE(schema.Accepts(Print(Smallest()))) << Print(Smallest());
  EXPECT_TRUE(schema.Accepts(Print(Largest()))) << Print(Largest());
}

TEST(CdiSpec, ReadBack_IsWhatWasPrinted) {
  for (const Spec& spec : {Smallest(), Largest()}) {
    const std::string text = Print(spec);
    const auto read = ParseSpec(text);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(Print(*read), text);
  }
}

struct Mistake {
  const char* pointer;
  std::function<void(Spec&)> make;
};

const std::vector<Mistake>& Mistakes() {
  static const std::vector<Mistake> mistakes{
      {"/kind", [](Spec& s) { s.kind = "acceld.org"; }},
      {"/kind", [](Spec& s) { s.kind = "acceld.org/9"; }},
      {"/devices", [](Spec& s) { s.devices.clear(); }},
      {"/devices/0/name", [](Spec& s) { s.devices[0].name = "a/b"; }},
      {"/devices/1/name", [](Spec& s) { s.devices.push_back(s.devices[0]); }},
      {"/devices/0/containerEdits", [](Spec& s) { s.devices[0].edits = {}; }},
      {"/containerEdits/env/0",
       [](Spec& s) {
         s.edits.env = {{"", "x"}};
       }},
      {"/containerEdits/env/0",
       [](Spec& s) {
         s.edits.env = {{"A", "\xff"}};
       }},
      {"/containerEdits/mounts/0/hostPath",
       [](Spec& s) {
         s.edits.mounts.push_back({"a", "/a", "", {}});
       }},
      {"/containerEdits/mounts/0/containerPath",
       [](Spec& s) {
         s.edits.mounts.push_back({"/a", "/a/..", "", {}});
       }},
      {"/containerEdits/hooks/0/hookName",
       [](Spec& s) {
         s.edits.hooks.push_back({"never", "/a", {}, {}, 0});
       }},
  };
  return mistakes;
}

TEST(CdiSpec, WhatEnginesRefuse_IsRefusedWithItsPlace) {
  for (const Mistake& mistake : Mistakes()) {
    Spec spec = Smallest();
    mistake.make(spec);
    const auto text = PrintSpec(spec);
    ASSERT_FALSE(text) << mistake.pointer;
    EXPECT_EQ(text.error().code, ErrorCode::kInvalidArgument);
    EXPECT_TRUE(text.error().message.starts_with(
        std::string(mistake.pointer).append(":")))
        << text.error().message;
  }
}

TEST(CdiSpec, NodesThatAreNone_AreRefused) {
  const std::vector<std::function<void(DeviceNode&)>> mistakes{
      [](DeviceNode& n) { n.path = "dev/x"; },
      [](DeviceNode& n) { n.host_path = "x"; },
      [](DeviceNode& n) { n.type = 'x'; },
      [](DeviceNode& n) { n.major = 0; },
      [](DeviceNode& n) { n.major = 4096; },
      [](DeviceNode& n) { n.minor = -1; },
      [](DeviceNode& n) { n.permissions = "rr"; },
      [](DeviceNode& n) { n.permissions = "x"; },
      [](DeviceNode& n) { n.file_mode = 010000; },
  };
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    Spec spec = Smallest();
    mistakes[i](spec.devices[0].edits.nodes[0]);
    EXPECT_FALSE(PrintSpec(spec)) << i;
  }
}

TEST(CdiSpecReader, OfWhatIsNoneOfOurs_Refuses) {
  const std::string good = Print(Smallest());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  for (const std::string& text :
       {std::string(), std::string("[]"), good.substr(0, good.size() / 2),
        with("\"kind\"", "\"annotations\": {}, \"kind\""),
        with("\"path\"", "\"paths\""), with("226", "\"226\""),
        with("226", "-1"), with("\"c\"", "\"cc\""),
        with("acceld.org/drm", "acceld.org"), with("0.3.0", "0.2.0"),
        with("0.3.0", "9.0.0")}) {
    const auto spec = ParseSpec(text);
    ASSERT_FALSE(spec) << text;
    EXPECT_EQ(spec.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace acceld::cdi
