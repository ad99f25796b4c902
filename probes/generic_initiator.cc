#include "probes/generic_initiator.h"

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/numa_nodes.h"
#include "probes/srat.h"

namespace acceld::probes {
namespace {

constexpr const char* kSrat = "sys/firmware/acpi/tables/SRAT";

}  // namespace

void RunGenericInitiatorProbe(const SysRoot& root, FactSet& facts) {
  const auto bytes = root.ReadFile(kSrat);
  if (!bytes) return;  // absent, or for root only
  const auto domains = ParseSrat(*bytes);
  if (!domains) {
    facts.AddFault("/" + std::string(kSrat), domains.error());
    return;
  }
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  for (std::size_t i = 0; i < domains->size(); ++i) {
    // The position of a domain is its node, unless this kernel counted
    // otherwise: then the node is no generic initiator.
    const std::string node = NodeKey(static_cast<int>(i));
    if (index.Get(node, "generic_initiator") == nullptr) continue;
    std::vector<std::string> devices;
    for (const PciAddress& address : (*domains)[i].initiators) {
      const auto function = index.PciKey(address);
      if (!function) {
        reader.Fault(kSrat, ErrorCode::kNotFound,
                     "PCI function " + ToString(address) + " was not found");
        continue;
      }
      facts.AddAttribute(*function, "initiator_node",
                         static_cast<std::int64_t>(i), FromKernel(kSrat));
      devices.push_back(*function);
    }
    if (devices.empty()) continue;
    facts.AddAttribute(node, "initiator_devices", std::move(devices),
                       FromKernel(kSrat));
  }
}

}  // namespace acceld::probes
