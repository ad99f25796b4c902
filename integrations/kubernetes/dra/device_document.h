// One device as Kubernetes publishes it: attributes that claims select and
// match by, capacities, taints. Pure; thread-safe.
// Source: kubernetes/api resource/v1/types.go, Device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/document.h"
#include "integrations/kubernetes/dra/machine.h"
#include "integrations/kubernetes/dra/release.h"

namespace acceld::dra {

// The driver, whose domain its own attributes are in.
inline constexpr const char* kDriver = "acceld.org";
// Attributes named after the functions of a device: true.
inline constexpr const char* kFunctionDomain = "functions.acceld.org";
// The one counter set of a pool: address spaces that devices may share.
inline constexpr const char* kPasidSet = "pasids";
// Attributes and capacities of a device together.
inline constexpr std::size_t kMaxAttributes = 32;

// Among how many claims the scheduler may share the device, where they ask for
// instances of it: its driver serves several programs, and counts them. 1: one
// claim has it. Before Kubernetes 1.36 that is dropped.
[[nodiscard]] std::int64_t SharesOf(const MachineDevice& device);

// The bits of the PASID that a client of the device needs; nothing where it
// shares no address spaces.
[[nodiscard]] std::optional<std::int64_t> PasidWidth(
    const MachineDevice& device);

// Whether no claim is to be given the device: it failed, or an administrator or
// the policy took it out of use.
[[nodiscard]] bool IsOutOfUse(const MachineDevice& device);

// The attributes that are published but the health: those that a program may
// read once and go by.
[[nodiscard]] Document LastingAttributes(const MachineDevice& device,
                                         const Release& release);

// As in v1: "name", "attributes", "capacity", "allowMultipleAllocations" and
// "taints". Functions that find no room among 32 attributes are left out, the
// last in order first.
[[nodiscard]] Document DeviceDocument(const MachineDevice& device,
                                      const std::string& name,
                                      const Release& release);

}  // namespace acceld::dra
