#include "daemon/service/lease_document.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/attribute.h"
#include "graph/topology.h"
#include "placement/device_view.h"
#include "placement/request.h"

namespace acceld::daemon {
namespace {

Document ToList(const std::vector<std::string>& names) {
  Document list = Document::Array{};
  for (const std::string& name : names) list.Append(name);
  return list;
}

void SetText(Document& document, const char* key,
             const placement::DeviceView& device, std::string_view attribute) {
  const auto* text = device.GetAs<std::string>(attribute);
  if (text != nullptr) document.Set(key, *text);
}

bool IsAtItsPath(placement::GrantNeed need,
                 const placement::DeviceView& device) {
  const auto* kind = device.GetAs<std::string>(attr::kGrant);
  return need == placement::GrantNeed::kPath ||
         (need != placement::GrantNeed::kNone && kind != nullptr &&
          *kind == "path");
}

// What a container has to be given of a device, by the snapshot of now: a
// lease on a device that is another one meanwhile has been revoked.
Document HardwareOf(const Lease& lease, const graph::Topology& topology) {
  Document list = Document::Array{};
  for (std::size_t i = 0; i < lease.devices.size(); ++i) {
    const auto id = topology.Find(lease.devices[i]);
    if (!id) continue;
    const placement::DeviceView device(topology, *id);
    Document one;
    one.Set("device", lease.devices[i]);
    SetText(one, "address", device, attr::kAddress);
    if (const auto* node = device.GetAs<std::int64_t>(attr::kNumaNode)) {
      one.Set("numa_node", *node);
    }
    if (placement::HasPath(device)) {
      SetText(one, "node", device, attr::kNodePath);
      SetText(one, "number", device, attr::kDeviceNumber);
      const placement::Stage& stage = lease.request->stages[lease.stage_of[i]];
      one.Set("at_path", IsAtItsPath(stage.grant, device));
      SetText(one, "framework", device, attr::kFramework);
      SetText(one, "driver", device, attr::kDriver);
      SetText(one, "render_node", device, "render_node");
      const auto* more =
          device.GetAs<std::vector<std::string>>("capability_nodes");
      if (more != nullptr) one.Set("capability_nodes", ToList(*more));
    }
    list.Append(std::move(one));
  }
  return list;
}

}  // namespace

Document ToDocument(const Lease& lease, const Broker& broker) {
  Document document;
  document.Set("lease", LeasePath(lease.id));
  document.Set("owner", std::int64_t{lease.owner});
  document.Set("state", StateName(lease));
  document.Set("pid", std::int64_t{lease.pid});
  document.Set("age_ns", broker.Since(lease.since).value());
  document.Set("pipeline", ToList(lease.stages));
  document.Set("devices", ToList(lease.devices));
  if (!lease.label.empty()) document.Set("label", lease.label);
  if (lease.socket) document.Set("socket", lease.socket->path());
  // For who gets at the devices in another way than the session.
  if (lease.socket || lease.request->is_opened_elsewhere()) {
    document.Set("hardware", HardwareOf(lease, *broker.topology()));
  }
  return document;
}

}  // namespace acceld::daemon
