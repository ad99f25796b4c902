#include "integrations/cdi/lease_spec.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

#include "api/names.h"
#include "base/document_fields.h"
#include "integrations/cdi/companion_nodes.h"
#include "integrations/cdi/device_node.h"
#include "integrations/cdi/names.h"

namespace acceld::cdi {
namespace {

constexpr std::uint32_t kNodeMode = 0660;

Error NoLease(const char* what) {
  return {ErrorCode::kCorruptInput,
          std::string("acceld says of a lease no ") + what, 0};
}

Result<std::uint32_t> OwnerOf(const Document& lease) {
  const Document* owner = lease.Find("owner");
  const auto* uid = owner == nullptr ? nullptr : owner->AsInteger();
  if (uid == nullptr || *uid < 0 ||
      *uid > std::numeric_limits<std::uint32_t>::max()) {
    return Fail(NoLease("owner"));
  }
  return static_cast<std::uint32_t>(*uid);
}

template <typename Parts>
std::string Joined(const Parts& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text.push_back(',');
    text.append(part);
  }
  return text;
}

// What its driver's programs open besides; devices share them.
Status AddCompanions(const Document& device, const CharacterDrivers& drivers,
                     const std::string& root, Edits& edits) {
  CompanionFacts facts;
  if (const auto* name = FindText(device, "framework")) facts.framework = *name;
  if (const auto* name = FindText(device, "driver")) facts.driver = *name;
  if (const auto* name = FindText(device, "render_node")) {
    facts.render_node = *name;
  }
  const Document* more = device.Find("capability_nodes");
  if (more != nullptr && more->AsArray() != nullptr) {
    for (const Document& node : *more->AsArray()) {
      if (const auto* path = node.AsString()) {
        facts.capability_nodes.push_back(*path);
      }
    }
  }
  ACCELD_TRY(auto nodes, FindCompanionNodes(facts, drivers, root));
  for (DeviceNode& node : nodes) {
    const bool is_there =
        std::any_of(edits.nodes.begin(), edits.nodes.end(),
                    [&](const auto& other) { return other.path == node.path; });
    if (!is_there) edits.nodes.push_back(std::move(node));
  }
  return {};
}

// The node of one device, and where it is at its path in the launcher's mount
// namespace, what lies there, mounted over it: the node alone makes engines let
// the container use the device's number.
Status AddNode(const Document& device, std::uint32_t owner,
               const CharacterDrivers& drivers, const std::string& root,
               Edits& edits) {
  const std::string* path = FindText(device, "node");
  const std::string* number = FindText(device, "number");
  if (path == nullptr || number == nullptr) return {};
  ACCELD_TRY(const dev_t wanted, ParseDeviceNumber(*number));
  ACCELD_TRY(DeviceNode node, FindDeviceNode(*path, wanted, root));
  node.file_mode = kNodeMode;
  node.uid = owner;
  edits.nodes.push_back(std::move(node));
  const Document* at_path = device.Find("at_path");
  if (at_path != nullptr && *at_path == Document(true)) {
    edits.mounts.push_back({*path, *path, "", {"bind", "rw", "nosuid"}});
  }
  return AddCompanions(device, drivers, root, edits);
}

Status AddHardware(const Document& lease, std::uint32_t owner,
                   const std::string& root, Edits& edits) {
  const Document* hardware = lease.Find("hardware");
  const auto* devices = hardware == nullptr ? nullptr : hardware->AsArray();
  if (devices == nullptr) return Fail(NoLease("hardware"));
  ACCELD_TRY(const CharacterDrivers drivers, ReadCharacterDrivers());
  std::set<std::string> seen;  // replicas may share a device
  std::set<std::string> addresses;
  std::set<std::int64_t> nodes;
  for (const Document& device : *devices) {
    const std::string* key = FindText(device, "device");
    if (key == nullptr) return Fail(NoLease("device"));
    if (!seen.insert(*key).second) continue;
    if (const auto* address = FindText(device, "address")) {
      addresses.insert(*address);
    }
    const Document* node = device.Find("numa_node");
    if (node != nullptr && node->AsInteger() != nullptr) {
      nodes.insert(*node->AsInteger());
    }
    if (Status added = AddNode(device, owner, drivers, root, edits); !added) {
      return Fail(std::move(added.error()).In(*key));
    }
  }
  std::vector<std::string> numbers;
  for (const std::int64_t node : nodes) numbers.push_back(std::to_string(node));
  edits.env.emplace_back("ACCELD_PCI_ADDRESSES", Joined(addresses));
  edits.env.emplace_back("ACCELD_NUMA_NODES", Joined(numbers));
  return {};
}

}  // namespace

Result<std::string> LeaseIdOf(const Document& lease) {
  const std::string* path = FindText(lease, "lease");
  const std::string_view prefix = api::kLeasePathPrefix;
  if (path == nullptr || !path->starts_with(prefix) ||
      !IsDeviceName(std::string_view(*path).substr(prefix.size()))) {
    return Fail(NoLease("path"));
  }
  return path->substr(prefix.size());
}

Result<Spec> SpecOfLease(const Document& lease, const std::string& root) {
  ACCELD_TRY(std::string id, LeaseIdOf(lease));
  ACCELD_TRY(const std::uint32_t owner, OwnerOf(lease));
  const std::string* socket = FindText(lease, "socket");
  if (socket == nullptr) {
    return Fail(ErrorCode::kUnsupported,
                "lease " + id + " has no socket of its own for a container");
  }
  Edits edits;
  edits.env = {{"ACCELD_LEASE", *FindText(lease, "lease")},
               {"ACCELD_LEASE_SOCKET", *socket}};
  // First, for the sake of what engines say where the lease is over.
  edits.mounts.push_back(
      {*socket, *socket, "", {"bind", "ro", "nosuid", "nodev", "noexec"}});
  ACCELD_TRY_VOID(AddHardware(lease, owner, root, edits));
  Spec spec;
  spec.kind = KindOf(kVendor, kLeaseClass);
  spec.devices.push_back({std::move(id), std::move(edits)});
  return spec;
}

}  // namespace acceld::cdi
