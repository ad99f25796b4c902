#include "probes/pci_tree.h"

#include <map>
#include <string_view>

namespace acceld::probes {
namespace {

constexpr std::string_view kDevices = "sys/bus/pci/devices";

class TreeReader {
 public:
  TreeReader(const FactReader& reader, const PciPaths& known)
      : reader_(reader), known_(known) {}

  PciTree Read() {
    FollowEntries();
    for (const auto& [address, path] : tree_.paths) Walk(path);
    return std::move(tree_);
  }

 private:
  void FollowEntries() {
    for (const std::string& name : reader_.Names(std::string(kDevices))) {
      const std::string path = std::string(kDevices) + "/" + name;
      const auto address = ParsePciAddress(name);
      if (!address) {
        reader_.Fault(path, ErrorCode::kCorruptInput, "no PCI address");
        continue;
      }
      if (const auto found = known_.find(*address); found != known_.end()) {
        tree_.paths.insert(*found);
        continue;
      }
      auto real = reader_.Canonical(path);
      if (!real) continue;
      if (std::string_view(*real).substr(real->rfind('/') + 1) != name) {
        reader_.Fault(path, ErrorCode::kCorruptInput, "leads to /" + *real);
        continue;
      }
      tree_.paths.emplace(*address, *std::move(real));
    }
  }

  // Adds what `path` passes: each component that is a root bus or a function
  // hangs below the one before.
  void Walk(const std::string& path) {
    std::optional<std::size_t> bridge;
    std::optional<std::size_t> above;
    for (std::size_t begin = 0; begin < path.size();) {
      std::size_t end = path.find('/', begin);
      if (end == std::string::npos) end = path.size();
      const auto component = std::string_view(path).substr(begin, end - begin);
      if (const auto bus = ParsePciRootBus(component)) {
        bridge = HostBridge(*bus, above, false);
        above.reset();
      } else if (const auto address = ParsePciAddress(component)) {
        // A recording with plain directories where the kernel has links does
        // not say what is above; the domain does at least tell apart.
        if (!bridge) bridge = HostBridge({address->domain, 0}, {}, true);
        above = Node(*address, path.substr(0, end), *bridge, above);
      }
      begin = end + 1;
    }
  }

  std::size_t HostBridge(const PciRootBus& bus,
                         std::optional<std::size_t> behind, bool is_assumed) {
    const auto [place, is_new] =
        bridges_.try_emplace(bus, tree_.host_bridges.size());
    if (is_new) {
      tree_.host_bridges.push_back({bus, behind, is_assumed});
      if (is_assumed) {
        reader_.Fault(kDevices, ErrorCode::kNotFound,
                      "no path shows the bridges above " + HostBridgeKey(bus));
      }
    }
    return place->second;
  }

  std::size_t Node(const PciAddress& address, const std::string& directory,
                   std::size_t bridge, std::optional<std::size_t> above) {
    const auto [place, is_new] =
        nodes_.try_emplace(address, tree_.nodes.size());
    if (!is_new) return place->second;
    // The short path is the one that people know; a bridge which the bus does
    // not list has only the long one.
    std::string path = tree_.paths.contains(address)
                           ? std::string(kDevices) + "/" + ToString(address)
                           : directory;
    tree_.nodes.push_back({address, std::move(path), bridge, above, false});
    if (above) tree_.nodes[*above].has_children = true;
    return place->second;
  }

  const FactReader& reader_;
  const PciPaths& known_;
  PciTree tree_;
  std::map<PciRootBus, std::size_t> bridges_;
  std::map<PciAddress, std::size_t> nodes_;
};

}  // namespace

PciTree ReadPciTree(const FactReader& reader, const PciPaths& known) {
  return TreeReader(reader, known).Read();
}

}  // namespace acceld::probes
