#include "integrations/kubernetes/device_plugin/client_link.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "api/outcome.h"
#include "base/document_fields.h"
#include "base/log.h"
#include "integrations/cdi/lease_spec.h"
#include "integrations/cdi/names.h"
#include "integrations/kubernetes/bundles/units.h"

namespace acceld::kubernetes {
namespace {

bool IsTimeout(const std::string* word) {
  return word != nullptr && *word == api::OutcomeOf(ErrorCode::kDeadline);
}

// One placement has its time by default; this is the time for dozens. It is not
// used up where they are found before.
Document WithTimeForCopies(Document pipeline) {
  constexpr const char* kDeadline = "1s";
  if (pipeline.Find("deadline") == nullptr) {
    pipeline.Set("deadline", kDeadline);
  }
  return pipeline;
}

// Takes out what lies over a node in this process's mount namespace, for a
// launcher's containers: the runtime does not see that namespace, and gives the
// container the node.
void DropMountsOverNodes(cdi::Edits& edits) {
  std::erase_if(edits.mounts, [&](const cdi::Mount& mount) {
    return std::any_of(edits.nodes.begin(), edits.nodes.end(),
                       [&](const cdi::DeviceNode& node) {
                         return node.path == mount.container_path;
                       });
  });
}

Result<HeldLease> Hold(Result<client::Lease> lease) {
  if (!lease) return Fail(std::move(lease.error()));
  ACCELD_TRY(Copy copy, ParseCopy(lease->placement()));
  std::string path = lease->path();
  return HeldLease{std::move(path), std::move(copy),
                   std::make_shared<client::Lease>(*std::move(lease))};
}

}  // namespace

Result<DaemonLink::Copies> ClientLink::PlanCopies(const Document& pipeline) {
  ACCELD_TRY(const Document answer,
             client_.PlanCopies(WithTimeForCopies(pipeline), kMostUnits));
  Copies copies;
  copies.is_cut_short = IsTimeout(FindText(answer, "outcome")) ||
                        IsTimeout(FindText(answer, "more"));
  const Document* list = answer.Find("copies");
  if (list == nullptr) return copies;
  ACCELD_TRY(copies.list, ParseCopies(*list));
  return copies;
}

Result<Copy> ClientLink::Plan(const Document& pipeline) {
  ACCELD_TRY(const Document placement, client_.Plan(pipeline));
  return ParseCopy(placement);
}

Result<FactsByDevice> ClientLink::FactsOfDevices() {
  ACCELD_TRY(const Document mode, client_.Property("Mode"));
  if (mode == Document("stand-in")) return FactsByDevice();
  ACCELD_TRY(const Document devices, client_.ListDevices());
  return ReadDeviceFacts(devices);
}

Result<HeldLease> ClientLink::Acquire(const Resource& what, const Copy& copy,
                                      const std::string& label) {
  ACCELD_TRY(const FactsByDevice facts, FactsOfDevices());
  // Containers of one device's resource were made for its node; of a pipeline,
  // for what libacceld opens.
  const Document pipeline =
      OpenedByNode(Pinned(what.pipeline, copy), copy, facts, what.is_device);
  client::AcquireOptions wanted;
  wanted.label = label;
  wanted.linger = options_.linger;
  wanted.by_socket = true;
  return Hold(client_.Acquire(pipeline, nullptr, wanted));
}

Result<std::vector<DaemonLink::Labelled>> ClientLink::FindLeases() {
  ACCELD_TRY(const Document leases, client_.ListLeases());
  std::vector<Labelled> found;
  if (leases.AsArray() == nullptr) return found;
  for (const Document& lease : *leases.AsArray()) {
    const std::string* path = FindText(lease, "lease");
    const std::string* label = FindText(lease, "label");
    const Document* owner = lease.Find("owner");
    // Administrators are shown the leases of others too.
    if (path == nullptr || label == nullptr || owner == nullptr ||
        *owner != Document(std::int64_t{::geteuid()})) {
      continue;
    }
    found.push_back({*path, *label});
  }
  return found;
}

Result<HeldLease> ClientLink::Attach(const std::string& path) {
  return Hold(client_.Attach(path));
}

void ClientLink::Release(HeldLease lease) {
  if (lease.lease == nullptr) return;
  const Status released = lease.lease->Release();
  if (released || released.error().code == ErrorCode::kNotFound) return;
  Log(LogLevel::kWarning, "release_failed",
      {{"lease", lease.path}, {"reason", released.error().message}});
}

Result<cdi::Spec> ClientLink::SpecOf(const std::string& path) {
  ACCELD_TRY(const Document leases, client_.ListLeases());
  if (leases.AsArray() != nullptr) {
    for (const Document& lease : *leases.AsArray()) {
      const std::string* found = FindText(lease, "lease");
      if (found == nullptr || *found != path) continue;
      ACCELD_TRY(cdi::Spec spec, cdi::SpecOfLease(lease, options_.host_root));
      spec.kind = cdi::KindOf(cdi::kVendor, kUnitClass);
      for (cdi::Device& device : spec.devices) {
        DropMountsOverNodes(device.edits);
      }
      return spec;
    }
  }
  return Fail(ErrorCode::kDeviceGone, path + ": the lease ended at once");
}

}  // namespace acceld::kubernetes
