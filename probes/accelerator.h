// What every framework's probe does with a device of its class: make the
// accelerator, tie it to its PCI function or platform device, and record the
// attributes that are the same everywhere.
// Single-threaded.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "probes/driver_traits.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"

namespace acceld::probes {

struct AcceleratorSpec {
  std::string_view framework;  // "drm"
  std::string class_path;      // "sys/class/drm/renderD128"
  std::string name;            // "renderD128"; makes the key
  // "/dev/dri/". Empty: the node is not named by a rule, or there is none; then
  // the probe adds `node` and `device_number` itself.
  std::string_view node_directory;
  // Where the device itself is, for what has no `device` link (a PCI function
  // or a platform device that is the accelerator). Empty: CLASS_PATH/device.
  std::string device_path = {};
};

struct Accelerator {
  std::string key;          // "accelerator:renderD128"
  std::string class_path;   // as in the spec
  std::string device_path;  // "sys/class/drm/renderD128/device"
  std::string driver;       // empty: none is bound, or it is not known
  std::string owner;        // "pci:0000:3a:00.0"; empty: not known
};

// Adds the entity with framework, node, device_number, driver and
// driver_version; its relation and on-die link to the function (or platform
// device, which is added too); and, of the function, what a selector or a
// policy asks of the thing that is granted: vendor, device, address, numa_node,
// iommu_group, PASID, ATS, PRI.
// Nothing, with a fault, where the name makes no key or the entry dangles.
[[nodiscard]] std::optional<Accelerator> AddAccelerator(
    const FactReader& reader, const FactIndex& index,
    const AcceleratorSpec& spec);

// Adds the attribute `name` from a device's `dev` file ("226:128"); a fault
// where that holds no device number. Returns whether it was added.
bool AddDeviceNumber(const FactReader& reader, const std::string& key,
                     std::string_view name, const std::string& path);

// Repeats on `key` what selectors and policies ask of the function (or platform
// device) that it is part of: vendor, device, address, numa_node, iommu_group,
// PASID, ATS, PRI.
void RepeatOfFunction(const FactReader& reader, const FactIndex& index,
                      const std::string& function, const std::string& key);

// Adds grant, sharing_class, functions, instances and, where the driver binds
// no address space, sva.
void AddTraits(const FactReader& reader, const Accelerator& accelerator,
               const DriverTraits& traits);

// Adds "engine:NAME", a part of the accelerator that is allocated by itself (a
// work queue, a GPU instance, a tile), with its relation and on-die link, and
// returns its key. `path` is where it was seen. What selectors ask of an engine
// and it does not say, its accelerator says (placement/device_view.h): record
// only what is the engine's own. Nothing, with a fault, where the name makes no
// key.
[[nodiscard]] std::optional<std::string> AddEngine(
    const FactReader& reader, const std::string& accelerator_key,
    const std::string& name, const std::string& path);

// Adds sva, sva_reasons and sva_caveats as the PCI function has it.
void InheritSva(const FactReader& reader, const FactIndex& index,
                const Accelerator& accelerator);

}  // namespace acceld::probes
