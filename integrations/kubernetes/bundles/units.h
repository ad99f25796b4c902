// Units: what the kubelet is told of one resource. A unit has an id that stays,
// a copy of the pipeline that would be its own or is, and a lease while a pod
// has it. Free units are interchangeable: which devices they stand for follows
// what is free. Not thread-safe.
//
//   listed, with a copy or a lease    Healthy: the scheduler counts it
//   listed, with neither              Unhealthy: others hold what it needs, or
//                                     the devices are gone. It becomes Healthy
//                                     again by itself
//   lost: its lease was revoked       Unhealthy until its pod is gone
//
// What was seen once stays listed, so that the capacity of the node shows what
// it has and the allocatable part follows what is free.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integrations/kubernetes/bundles/copy.h"

namespace acceld::kubernetes {

// As many copies as Plan looks for.
inline constexpr int kMostUnits = 64;

// What the kubelet takes for an id. Source: k8s.io/kubelet, deviceplugin
// v1beta1, Device.ID.
[[nodiscard]] bool IsUnitId(std::string_view id);

struct Unit {
  std::optional<Copy> copy;
  std::vector<std::int64_t> nodes;  // of its last copy: what was told of it
  std::string lease;                // object path; empty: no pod has it
  bool lost = false;

  [[nodiscard]] bool is_held() const { return !lease.empty(); }
  [[nodiscard]] bool is_healthy() const { return !lost && copy.has_value(); }
};

class Units {
 public:
  // `by_device`: a unit is one device and its id the device's key.
  explicit Units(bool by_device) : by_device_(by_device) {}

  // What is free now, the best first: gives the copies to units that nobody
  // holds. A unit keeps its copy where that is still among them.
  void Offer(std::vector<Copy> copies);
  // Sees to it that a free unit stands for a copy on just these NUMA nodes, in
  // exchange with another free unit if need be, where units are no devices.
  // Whether it does.
  bool Settle(const std::string& id, const std::vector<std::int64_t>& nodes);

  // A pod has it from now on. Makes the unit where there is none.
  void Hold(const std::string& id, Copy copy, const std::string& lease);
  void Lose(const std::string& id);
  // No pod has it any more. It stands for the same copy until the next Offer(),
  // and keeps it where that is free then. One that was held under an id that
  // this does not give (units were no devices before, or now are) is gone.
  void Free(const std::string& id);

  // How many free units stand for a copy.
  [[nodiscard]] std::size_t CountFree() const;
  // Null where there is no such unit.
  [[nodiscard]] const Unit* Find(const std::string& id) const;
  [[nodiscard]] const std::map<std::string, Unit>& all() const {
    return units_;
  }

 private:
  // Whether Offer() might have given it this id.
  [[nodiscard]] bool IsOwnId(std::string_view id, const Unit& unit) const;
  [[nodiscard]] Unit* UnitFor(const Copy& copy);
  [[nodiscard]] Unit* UnitOfDevice(const Copy& copy);

  bool by_device_;
  std::map<std::string, Unit> units_;
};

}  // namespace acceld::kubernetes
