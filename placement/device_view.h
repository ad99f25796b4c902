// DeviceView: all that is known of a device that can be granted, wherever the
// probes recorded it: on the device, on the accelerator it is an engine of, or
// on the PCI or platform function below. What selectors and policies look at.
// A light value; valid as long as the topology. For one thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/attribute.h"
#include "graph/topology.h"

namespace acceld::placement {

class DeviceView final : public AttributeView {
 public:
  // Requires: `device` is of `topology`, which must outlive the view.
  DeviceView(const graph::Topology& topology, graph::VertexId device);

  // The nearest value. "name", "instances" and "instances_free" are the
  // device's own: an engine does not have its accelerator's. So is "key", the
  // key that Describe lists it by: it chooses one very device. "package" is the
  // number of the processor package that it hangs on, wherever that is known
  // from; no probe records it.
  [[nodiscard]] const AttributeValue* Get(std::string_view name) const override;

  // Null where the attribute is absent or of another type.
  template <typename T>
  [[nodiscard]] const T* GetAs(std::string_view name) const {
    const AttributeValue* value = Get(name);
    return value == nullptr ? nullptr : std::get_if<T>(value);
  }
  // Whether any part of it says health "failed".
  [[nodiscard]] bool HasFailed() const;
  // The device, then what it is part of, nearest first.
  [[nodiscard]] const std::vector<graph::VertexId>& chain() const {
    return chain_;
  }
  // The accelerator an engine is part of; any other device itself.
  [[nodiscard]] graph::VertexId owner() const { return owner_; }
  [[nodiscard]] const graph::Vertex& vertex() const {
    return topology_.vertex(chain_.front());
  }

 private:
  const graph::Topology& topology_;
  std::vector<graph::VertexId> chain_;
  graph::VertexId owner_;
  mutable std::optional<AttributeValue> key_;  // made when it is asked for
};

// Whether a program can open the device by one path alone: it has a node, and
// is not of VFIO, where groups and containers belong to it.
[[nodiscard]] bool HasPath(const DeviceView& device);

// Whether it is driven by way of VFIO: a process has it by a group or IOMMUFD
// that acceld bound for it, and not by having a node.
[[nodiscard]] bool IsVfio(const DeviceView& device);

// Everything of the machine that can serve a stage, in key order: engines,
// accelerators that have none, and network and storage devices that offer a
// function.
[[nodiscard]] std::vector<graph::VertexId> FindDevices(
    const graph::Topology& topology);

}  // namespace acceld::placement
