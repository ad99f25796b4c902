// Whatever a policy file says: no crash, a refusal is printable, and a policy
// that compiles keeps its promises about root and about what is seen.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/utf8.h"
#include "policy/policy.h"
#include "tests/support/fake_attributes.h"
#include "tests/support/fake_user_database.h"

namespace {

using acceld::policy::Policy;
using acceld::policy::Subject;
using acceld::testing::FakeAttributes;
using acceld::testing::FakeUserDatabase;

void Ask(const Policy& policy) {
  const std::vector<std::string> functions{"copy", "compute/gpu"};
  const FakeAttributes device{{"framework", std::string("drm")},
                              {"functions", functions},
                              {"memory", acceld::Bytes(std::int64_t{16} << 30)},
                              {"instances", std::int64_t{4}},
                              {"pasid_enabled", true}};
  const Subject user{1000, {1000, 105}};
  bool any = false;
  for (const std::string& function : functions) {
    any = any || policy.Decide(user, device, function).allowed;
  }
  // It is seen exactly by those who may use it for something.
  ACCELD_CHECK(policy.Decide(user, device, "").allowed == any);
  ACCELD_CHECK(policy.IsAdministrator({0, {}}));
  ACCELD_CHECK(policy.defaults().deadline <= policy.limits().max_deadline);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const FakeUserDatabase kUsers({{"root", 0}, {"alice", 1000}},
                                       {{"render", 105}});
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto policy = Policy::Compile({{"fuzz.json", text}}, kUsers);
  if (policy) {
    Ask(**policy);
  } else {
    ACCELD_CHECK(!policy.error().message.empty());
    ACCELD_CHECK(acceld::IsUtf8(policy.error().message));
  }
  return 0;
}
