#include "placement/occupancy.h"

#include "base/check.h"

namespace acceld::placement {
namespace {

// An entry that says nothing is no entry, so that Remove undoes Add exactly.
bool IsNothing(const DeviceUse& use) {
  return use.instances == 0 && use.exclusive == 0 && use.quarantined == 0 &&
         use.memory.value() == 0;
}

}  // namespace

void Occupancy::Add(const Charges& charges) {
  for (const Charge& charge : charges.devices) {
    DeviceUse& use = devices[charge.key];
    use.instances += charge.use.instances;
    use.exclusive += charge.use.exclusive;
    use.quarantined += charge.use.quarantined;
    use.memory = use.memory + charge.use.memory;
    if (IsNothing(use)) devices.erase(charge.key);
  }
  for (const MemoryCharge& charge : charges.memory) {
    Bytes& bytes = memory[charge.key];
    bytes = bytes + charge.bytes;
    if (bytes.value() == 0) memory.erase(charge.key);
  }
  live_pasids += charges.pasids;
}

void Occupancy::Remove(const Charges& charges) {
  for (const Charge& charge : charges.devices) {
    DeviceUse& use = devices[charge.key];
    use.instances -= charge.use.instances;
    use.exclusive -= charge.use.exclusive;
    use.quarantined -= charge.use.quarantined;
    use.memory = use.memory - charge.use.memory;
    ACCELD_CHECK(use.instances >= 0 && use.exclusive >= 0);
    ACCELD_CHECK(use.quarantined >= 0 && use.memory.value() >= 0);
    if (IsNothing(use)) devices.erase(charge.key);
  }
  for (const MemoryCharge& charge : charges.memory) {
    Bytes& bytes = memory[charge.key];
    bytes = bytes - charge.bytes;
    ACCELD_CHECK(bytes.value() >= 0);
    if (bytes.value() == 0) memory.erase(charge.key);
  }
  live_pasids -= charges.pasids;
  ACCELD_CHECK(live_pasids >= 0);
}

}  // namespace acceld::placement
