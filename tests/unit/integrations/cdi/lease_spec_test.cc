#include "integrations/cdi/lease_spec.h"

#include <gtest/gtest.h>

#include <string>

#include "base/json.h"
#include "tests/support/json_schema.h"

namespace acceld::cdi {
namespace {

// A lease as acceld lists it; /dev/null and /dev/zero are devices that every
// Linux has.
constexpr std::string_view kLease = R"({
  "lease": "/org/acceld1/lease/1f0c33d2", "owner": 12345,
  "socket": "/run/acceld/leases/1f0c33d2",
  "hardware": [
    {"device": "accelerator:a", "address": "0000:81:00.0", "numa_node": 1,
     "node": "/dev/null", "number": "1:3", "at_path": false},
    {"device": "accelerator:b", "address": "0000:3a:00.0", "numa_node": 0,
     "node": "/dev/zero", "number": "1:5", "at_path": true},
    {"device": "accelerator:a", "address": "0000:81:00.0", "numa_node": 1,
     "node": "/dev/null", "number": "1:3", "at_path": false},
    {"device": "accelerator:soft0-copy", "numa_node": 0}]})";

Document Parsed(std::string text) {
  auto document = ParseJson(text);
  EXPECT_TRUE(document) << document.error().message;
  return document.value_or(Document());
}

std::string With(const std::string& from, const std::string& to) {
  std::string text(kLease);
  return text.replace(text.find(from), from.size(), to);
}

ErrorCode FaultOf(const std::string& text) {
  const auto spec = SpecOfLease(Parsed(text));
  if (!spec) return spec.error().code;
  ADD_FAILURE() << text;
  return ErrorCode::kInternal;
}

TEST(CdiLeaseSpec, OfALease_HasItsDevicesOnceAndItsSocketFirst) {
  const auto spec = SpecOfLease(Parsed(std::string(kLease)));
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->kind, "acceld.org/lease");
  ASSERT_EQ(spec->devices.size(), 1U);
  EXPECT_EQ(spec->devices[0].name, "1f0c33d2");
  const Edits& edits = spec->devices[0].edits;
  ASSERT_EQ(edits.nodes.size(), 2U);
  EXPECT_EQ(edits.nodes[0].path, "/dev/null");
  EXPECT_EQ(edits.nodes[0].minor, 3);
  EXPECT_EQ(edits.nodes[0].uid, 12345U);
  EXPECT_EQ(edits.nodes[0].file_mode, 0660U);
  ASSERT_EQ(edits.mounts.size(), 2U);
  EXPECT_EQ(edits.mounts[0].host_path, "/run/acceld/leases/1f0c33d2");
  EXPECT_EQ(edits.mounts[1].host_path, "/dev/zero");
}

TEST(CdiLeaseSpec, Environment_NamesTheLeaseAndItsHardware) {
  const auto spec = SpecOfLease(Parsed(std::string(kLease)));
  ASSERT_TRUE(spec);
  const std::vector<std::pair<std::string, std::string>> expected{
      {"ACCELD_LEASE", "/org/acceld1/lease/1f0c33d2"},
      {"ACCELD_LEASE_SOCKET", "/run/acceld/leases/1f0c33d2"},
      {"ACCELD_PCI_ADDRESSES", "0000:3a:00.0,0000:81:00.0"},
      {"ACCELD_NUMA_NODES", "0,1"}};
  EXPECT_EQ(spec->devices[0].edits.env, expected);
}

TEST(CdiLeaseSpec, Printed_NeedsNoMoreThanVersion050) {
  const auto spec = SpecOfLease(Parsed(std::string(kLease)));
  ASSERT_TRUE(spec);
  const auto text = PrintSpec(*spec);
  ASSERT_TRUE(text) << text.error().message;
  const testing::JsonSchema schema("tests/fixtures/cdi/cdi-0.5.0.schema.json");
  EXPECT_TRUE(schema.Accepts(*text)) << *text;
  EXPECT_EQ(LowestVersion(*spec), "0.5.0");  // the name begins with a digit
}

TEST(CdiLeaseSpec, NodeOfAnotherDevice_MakesNoSpecAtAll) {
  EXPECT_EQ(FaultOf(With("\"1:3\"", "\"1:5\"")), ErrorCode::kDeviceGone);
  EXPECT_EQ(FaultOf(With("/dev/zero", "/dev/acceld-none")),
            ErrorCode::kNotFound);
}

TEST(CdiLeaseSpec, WithoutASocket_IsUnsupported) {
  EXPECT_EQ(FaultOf(With("\"socket\"", "\"other\"")), ErrorCode::kUnsupported);
}

TEST(CdiLeaseSpec, OfWhatAcceldDoesNotSay_IsAFault) {
  for (const std::string& text :
       {std::string("{}"), With("/org/acceld1/lease/", "/org/other/"),
        With("lease/1f0c33d2", "lease/../x"), With("12345", "-1"),
        With("12345", "\"root\""), With("\"hardware\"", "\"software\""),
        With("\"device\": \"accelerator:b\"", "\"devices\": 1")}) {
    EXPECT_EQ(FaultOf(text), ErrorCode::kCorruptInput) << text;
  }
}

}  // namespace
}  // namespace acceld::cdi
