#include "policy/offer_check.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "api/functions.h"
#include "base/attribute.h"
#include "base/glob.h"
#include "policy/contradiction.h"
#include "policy/known_attributes.h"

namespace acceld::policy {
namespace {

constexpr std::array<std::string_view, 3> kGpu = {"compute/gpu", "graphics",
                                                  "video"};
constexpr std::array<std::string_view, 1> kCompute = {"compute/gpu"};
constexpr std::array<std::string_view, 1> kNpu = {"compute/npu"};
constexpr std::array<std::string_view, 1> kRdma = {"net/rdma"};
constexpr std::array<std::string_view, 1> kNvme = {"storage/nvme"};

constexpr std::array<FrameworkFunctions, 7> kFrameworks{{
    {"accel", kNpu},
    {"apex", kNpu},
    {"drm", kGpu},
    {"infiniband", kRdma},
    {"kfd", kCompute},
    {"nvidia", kGpu},
    {"nvme", kNvme},
}};

// It may stand for names that are not in the vocabulary.
bool MayBeOpen(const std::string& glob) {
  constexpr std::string_view kFpga = "fpga/";
  const std::string_view plain =
      std::string_view(glob).substr(0, glob.find_first_of("*?"));
  return plain.size() == glob.size()
             ? plain.starts_with(kFpga)
             : plain.starts_with(kFpga) || kFpga.starts_with(plain);
}

bool IsMeant(const std::vector<std::string>& globs, std::string_view function) {
  return std::any_of(globs.begin(), globs.end(), [&](const auto& glob) {
    return MatchesGlob(glob, function);
  });
}

// What must hold of a device that offers the function.
std::vector<Selector> Offering(std::string_view function) {
  std::vector<Selector> offering;
  offering.push_back({.attribute = std::string(attr::kFunctions),
                      .op = Operator::kContains,
                      .operands = {{std::string(function)}}});
  Selector others{.attribute = std::string(attr::kFramework),
                  .op = Operator::kIn};
  for (const FrameworkFunctions& one : kFrameworks) {
    if (std::find(one.functions.begin(), one.functions.end(), function) ==
        one.functions.end()) {
      others.operands.push_back({std::string(one.framework)});
    }
  }
  Selector none_of_them;
  none_of_them.op = Operator::kNot;
  none_of_them.parts.push_back(std::move(others));
  offering.push_back(std::move(none_of_them));
  return offering;
}

class Offers {
 public:
  explicit Offers(const CompiledPolicy& policy) : policy_(policy) {}

  // Whether a device of the set may offer it.
  bool Has(std::size_t set, std::string_view function) {
    const auto [known, is_new] = known_.try_emplace({set, function}, true);
    if (is_new) known->second = Find(policy_.sets[set], function);
    return known->second;
  }

 private:
  [[nodiscard]] bool Find(const DeviceSet& set,
                          std::string_view function) const {
    std::vector<Selector> all = Offering(function);
    all.insert(all.end(), set.devices.begin(), set.devices.end());
    if (set.classes.empty()) return !NeverHold(all, DeviceAttributes());
    return std::any_of(
        set.classes.begin(), set.classes.end(), [&](std::size_t index) {
          std::vector<Selector> both = policy_.classes[index].devices;
          both.insert(both.end(), all.begin(), all.end());
          return !NeverHold(both, DeviceAttributes());
        });
  }

  const CompiledPolicy& policy_;
  std::map<std::pair<std::size_t, std::string_view>, bool> known_;
};

}  // namespace

std::span<const FrameworkFunctions> KnownFrameworks() { return kFrameworks; }

void WarnOfFunctionsNotOffered(const CompiledPolicy& policy,
                               Complaints& warnings) {
  Offers offers(policy);
  for (const Rule& rule : policy.rules) {
    const std::vector<std::string>& globs = rule.functions;
    if (globs.empty() || rule.set == kAllDevices ||
        std::any_of(globs.begin(), globs.end(), MayBeOpen)) {
      continue;
    }
    const auto functions = api::Functions();
    const bool is_offered = std::any_of(
        functions.begin(), functions.end(), [&](const api::Function& one) {
          return IsMeant(globs, one.name) && offers.Has(rule.set, one.name);
        });
    if (!is_offered) {
      warnings.Add(PointerTo(rule.label, "functions"),
                   "has no effect: none of the devices can offer any of them");
    }
  }
}

}  // namespace acceld::policy
