// The policy files that ship say what the documentation says they do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "policy/policy.h"
#include "tests/support/fake_attributes.h"
#include "tests/support/fake_user_database.h"

namespace acceld::policy {
namespace {

using ::acceld::testing::FakeAttributes;
using ::acceld::testing::FakeUserDatabase;

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::shared_ptr<const Policy> Shipped(const std::vector<std::string>& names) {
  const FakeUserDatabase users({}, {{"render", 105}});
  std::vector<PolicySource> sources;
  for (const std::string& name : names) {
    sources.push_back({name, Read("configs/policy.d/" + name)});
  }
  const auto policy = Policy::Compile(sources, users);
  if (policy) return *policy;
  ADD_FAILURE() << policy.error().message;
  return Policy::Default();
}

TEST(ShippedPolicy, DefaultFile_DecidesAsTheBuiltInPolicy) {
  const auto shipped = Shipped({"50-default.json"});
  const auto built_in = Policy::Default();
  for (const char* framework : {"soft", "drm", "uacce", "accel", ""}) {
    const FakeAttributes device{{"framework", std::string(framework)}};
    for (uid_t uid : {0U, 1000U}) {
      const Verdict one = shipped->Decide({uid, {uid}}, device, "copy");
      const Verdict other = built_in->Decide({uid, {uid}}, device, "copy");
      EXPECT_EQ(one.allowed, other.allowed) << framework << " " << uid;
      EXPECT_EQ(one.reason, other.reason) << framework << " " << uid;
    }
  }
  EXPECT_FALSE(shipped->Decide({1000, {}}, FakeAttributes(), "").allowed);
  EXPECT_FALSE(built_in->Decide({1000, {}}, FakeAttributes(), "").allowed);
}

TEST(ShippedPolicy, DefaultFile_HasTheBuiltInNumbers) {
  const auto shipped = Shipped({"50-default.json"});
  EXPECT_EQ(shipped->objective(), Policy::Default()->objective());
  EXPECT_EQ(shipped->limits(), Policy::Default()->limits());
  EXPECT_FALSE(shipped->IsAdministrator({1000, {1000}}));
}

TEST(ShippedPolicy, RenderExample_OpensGpusToItsGroupOnly) {
  const auto policy = Shipped({"50-default.json", "60-render.json.example"});
  const FakeAttributes gpu{{"framework", std::string("drm")}};
  EXPECT_TRUE(policy->Decide({1000, {105}}, gpu, "graphics").allowed);
  EXPECT_FALSE(policy->Decide({1000, {1000}}, gpu, "graphics").allowed);
  const FakeAttributes queue{{"framework", std::string("uacce")}};
  EXPECT_FALSE(policy->Decide({1000, {105}}, queue, "copy").allowed);
}

}  // namespace
}  // namespace acceld::policy
