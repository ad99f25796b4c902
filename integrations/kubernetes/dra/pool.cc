#include "integrations/kubernetes/dra/pool.h"

#include <algorithm>
#include <set>
#include <utility>

#include "integrations/kubernetes/dra/device_document.h"
#include "integrations/kubernetes/dra/device_names.h"
#include "integrations/kubernetes/dra/quantity.h"

namespace acceld::dra {
namespace {

std::string CounterName(std::int64_t width) {
  return "width-" + std::to_string(width);
}

Document Value(std::int64_t number) {
  return Document::Object{{"value", PrintQuantity(number)}};
}

// One counter for each width that a device has: the PASIDs that fit. PASID 0
// is nobody's.
Document PasidCounters(const std::set<std::int64_t>& widths) {
  Document counters;
  for (const std::int64_t width : widths) {
    counters.Set(CounterName(width), Value((std::int64_t{1} << width) - 1));
  }
  return Document::Object{
      {"sharedCounters",
       Document::Array{Document::Object{{"name", kPasidSet},
                                        {"counters", std::move(counters)}}}}};
}

// A narrow PASID is one of the wider space too, so it counts for every width
// from its own: then all that are given out fit, whoever takes which.
Document Consumption(std::int64_t width, const std::set<std::int64_t>& widths) {
  Document counters;
  for (auto at = widths.find(width); at != widths.end(); ++at) {
    counters.Set(CounterName(*at), Value(1));
  }
  return Document::Array{Document::Object{{"counterSet", kPasidSet},
                                          {"counters", std::move(counters)}}};
}

bool IsAdvanced(const Document& device) {
  const Document* basic = device.Find("basic");  // v1beta1
  const Document& all = basic == nullptr ? device : *basic;
  return all.Find("taints") != nullptr ||
         all.Find("consumesCounters") != nullptr;
}

// Fills one slice after the other.
void Split(std::vector<Document> devices, std::vector<Document>& parts) {
  Document::Array slice;
  bool advanced = false;
  auto close = [&] {
    parts.emplace_back(Document::Object{{"devices", std::move(slice)}});
    slice = Document::Array();
    advanced = false;
  };
  for (Document& device : devices) {
    const bool is_advanced = advanced || IsAdvanced(device);
    const std::size_t limit = is_advanced ? kMaxAdvancedDevices : kMaxDevices;
    if (slice.size() + 1 > limit) {
      close();
      advanced = IsAdvanced(device);
    } else {
      advanced = is_advanced;
    }
    slice.push_back(std::move(device));
  }
  if (!slice.empty() || parts.empty()) close();
}

PoolDevice Described(const MachineDevice& device, const std::string& name) {
  std::vector<std::string> functions = device.Strings("functions");
  std::string first = functions.front();
  return {name,
          device.key(),
          std::move(first),
          SharesOf(device),
          device.Health(),
          device.String("taint").value_or(""),
          std::move(functions),
          device.HasNode(),
          device.String("grant") == "path"};
}

// v1beta1: {"name": ..., "basic": {...}}.
Document Basic(const Document& device) {
  Document basic = Document::Object{};
  Document whole;
  for (const auto& [key, value] : *device.AsObject()) {
    (key == "name" ? whole : basic).Set(key, value);
  }
  whole.Set("basic", std::move(basic));
  return whole;
}

}  // namespace

Pool BuildPool(const Machine& machine, const Release& release) {
  Pool pool;
  const std::vector<MachineDevice>& devices = machine.devices();
  const std::vector<std::string> names = NameDevices(devices);
  std::set<std::int64_t> widths;
  if (release.HasCounterSlices()) {
    for (const MachineDevice& device : devices) {
      if (const auto width = PasidWidth(device)) widths.insert(*width);
    }
  }
  std::vector<Document> documents;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    pool.devices.push_back(Described(devices[i], names[i]));
    Document document = DeviceDocument(devices[i], names[i], release);
    // Claims that have it keep it, but nobody is to be given it.
    if (!release.HasTaints() && IsOutOfUse(devices[i])) continue;
    const auto width = PasidWidth(devices[i]);
    if (width && !widths.empty()) {
      document.Set("consumesCounters", Consumption(*width, widths));
    }
    documents.push_back(release.HasBasicDevices() ? Basic(document)
                                                  : std::move(document));
  }
  if (!widths.empty()) pool.parts.push_back(PasidCounters(widths));
  Split(std::move(documents), pool.parts);
  return pool;
}

const PoolDevice* Find(const Pool& pool, std::string_view name) {
  const auto found =
      std::find_if(pool.devices.begin(), pool.devices.end(),
                   [&](const PoolDevice& one) { return one.name == name; });
  return found == pool.devices.end() ? nullptr : &*found;
}

std::string SliceName(const std::string& node, std::size_t index) {
  // Names of nodes and slices have at most 253 characters.
  constexpr std::size_t kLongestNode = 230;
  const std::string base =
      node.size() > kLongestNode ? DnsLabel(node, kLongestNode) : node;
  return base + "-" + kDriver + "-" + std::to_string(index);
}

Document SliceObject(const Pool& pool, std::size_t index,
                     const NodeIdentity& node, std::int64_t generation,
                     const Release& release) {
  Document owner = Document::Object{{"apiVersion", "v1"},
                                    {"kind", "Node"},
                                    {"name", node.name},
                                    {"uid", node.uid},
                                    {"controller", true}};
  Document metadata =
      Document::Object{{"name", SliceName(node.name, index)},
                       {"ownerReferences", Document::Array{std::move(owner)}}};
  Document spec = Document::Object{
      {"driver", kDriver},
      {"nodeName", node.name},
      {"pool",
       Document::Object{{"name", node.name},
                        {"generation", generation},
                        {"resourceSliceCount",
                         static_cast<std::int64_t>(pool.parts.size())}}}};
  for (const auto& [key, value] : *pool.parts[index].AsObject()) {
    spec.Set(key, value);
  }
  return Document::Object{
      {"apiVersion", "resource.k8s.io/" + release.api_version},
      {"kind", "ResourceSlice"},
      {"metadata", std::move(metadata)},
      {"spec", std::move(spec)}};
}

}  // namespace acceld::dra
