#include "placement/occupancy.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

namespace acceld::placement {
namespace {

Occupancy::Charges DrawCharges() {
  Occupancy::Charges charges;
  const auto devices = *rc::gen::inRange(0, 5);
  for (int i = 0; i < devices; ++i) {
    DeviceUse use;
    use.instances = *rc::gen::inRange<std::int64_t>(0, 3);
    use.exclusive = *rc::gen::inRange<std::int64_t>(0, 2);
    use.quarantined = *rc::gen::inRange<std::int64_t>(0, 2);
    use.memory = Bytes(*rc::gen::inRange<std::int64_t>(0, 1000));
    charges.devices.push_back(
        {"accelerator:" + std::to_string(*rc::gen::inRange(0, 3)), use});
  }
  const auto memories = *rc::gen::inRange(0, 4);
  for (int i = 0; i < memories; ++i) {
    charges.memory.push_back(
        {"memory:" + std::to_string(*rc::gen::inRange(0, 2)),
         Bytes(*rc::gen::inRange<std::int64_t>(0, 1000))});
  }
  charges.pasids = *rc::gen::inRange<std::int64_t>(0, 5);
  return charges;
}

// Everything that an occupancy says, in a form that compares.
std::string Text(const Occupancy& occupancy) {
  std::vector<std::string> lines;
  for (const auto& [key, use] : occupancy.devices) {
    lines.push_back(key + " " + std::to_string(use.instances) + " " +
                    std::to_string(use.exclusive) + " " +
                    std::to_string(use.quarantined) + " " +
                    ToString(use.memory));
  }
  for (const auto& [key, bytes] : occupancy.memory) {
    lines.push_back(key + " " + ToString(bytes));
  }
  std::sort(lines.begin(), lines.end());
  std::string text = std::to_string(occupancy.live_pasids);
  for (const std::string& line : lines) text.append("\n").append(line);
  return text;
}

TEST(Occupancy, RemoveAfterAdd_IsAsBefore) {
  EXPECT_TRUE(rc::check([] {
    Occupancy occupancy;
    occupancy.Add(DrawCharges());
    const std::string before = Text(occupancy);
    const Occupancy::Charges charges = DrawCharges();
    occupancy.Add(charges);
    occupancy.Remove(charges);
    RC_ASSERT(Text(occupancy) == before);
  }));
}

TEST(Occupancy, AllRemovedInAnyOrder_IsEmpty) {
  EXPECT_TRUE(rc::check([] {
    std::vector<Occupancy::Charges> all;
    const auto count = *rc::gen::inRange(0, 6);
    for (int i = 0; i < count; ++i) all.push_back(DrawCharges());
    Occupancy occupancy;
    for (const auto& charges : all) occupancy.Add(charges);
    while (!all.empty()) {
      const auto at = *rc::gen::inRange<std::size_t>(0, all.size());
      occupancy.Remove(all[at]);
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(at));
    }
    RC_ASSERT(occupancy.devices.empty());
    RC_ASSERT(occupancy.memory.empty());
    RC_ASSERT(occupancy.live_pasids == 0);
  }));
}

TEST(Occupancy, TwoLeasesInQuarantine_BothMustEnd) {
  Occupancy::Charges charges;
  DeviceUse use;
  use.quarantined = 1;
  charges.devices.push_back({"accelerator:a", use});
  Occupancy occupancy;
  occupancy.Add(charges);
  occupancy.Add(charges);
  occupancy.Remove(charges);
  EXPECT_EQ(occupancy.devices.at("accelerator:a").quarantined, 1);
}

}  // namespace
}  // namespace acceld::placement
