// What the bus says of the policy, to whom.
#include "daemon/service/policy_document.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/unit/daemon/serving_broker.h"

namespace acceld::daemon {
namespace {

class PolicyDocument : public ServingBroker {
 protected:
  Document TaintOn(const Asker& asker, const std::string& key) {
    const auto id = machine_->topology()->Find(key);
    EXPECT_TRUE(id) << key;
    return id ? TaintDocument(*broker_, asker, *id) : Document();
  }
  void Set(const std::string& key, bool refuses) {
    Taint taint;
    taint.refuses = refuses;
    taint.reason = "fan";
    const Status set = broker_->SetTaint(root_user_, key, std::move(taint));
    EXPECT_TRUE(set) << (set ? "" : set.error().message);
  }
};

constexpr char kWorkQueue[] = "engine:wq0.0";
constexpr char kItsDevice[] = "accelerator:dsa0";

TEST_F(PolicyDocument, Taint_OfAnAccelerator_IsAsOldOnItsEngines) {
  Serve();
  Set(kItsDevice, true);
  const Document taint = TaintOn(root_user_, kWorkQueue);
  EXPECT_EQ(*taint.Find("effect")->AsString(), "refuse");
  EXPECT_NE(taint.Find("age_ns"), nullptr);
  EXPECT_NE(taint.Find("uid"), nullptr);
  EXPECT_EQ(TaintOn(alice_, kWorkQueue).Find("uid"), nullptr);
}

// What an administrator said of the device lighter than the policy has no age
// in what the policy says.
TEST_F(PolicyDocument, Taint_OfThePolicy_IsOfNoAge) {
  Serve(GrantMode::kStandIn, R"(, "taints": [{"effect": "refuse",
      "devices": [{"attribute": "framework", "equals": "idxd"}]}])");
  Set(kItsDevice, false);
  const Document taint = TaintOn(root_user_, kItsDevice);
  EXPECT_EQ(*taint.Find("effect")->AsString(), "refuse");
  EXPECT_EQ(taint.Find("age_ns"), nullptr);
}

}  // namespace
}  // namespace acceld::daemon
