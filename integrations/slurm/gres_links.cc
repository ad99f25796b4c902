#include "integrations/slurm/gres_links.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace acceld::slurm {
namespace {

constexpr std::int64_t kMostLinks =
    1024;  // between two devices; none has as many

class Fabric {
 public:
  Fabric(const Machine& machine, std::span<const GresDevice> devices)
      : machine_(machine) {
    for (std::size_t i = 0; i < devices.size(); ++i) {
      // A fabric ends at the device or at its PCI function.
      for (const std::string& key :
           {devices[i].key, devices[i].device, devices[i].function}) {
        if (!key.empty()) at_[key].insert(i);
      }
    }
    for (const Edge& link : machine.links()) {
      if (link.kind == "fabric") Add(link);
    }
    for (const auto& [key, vertex] : machine.vertices()) {
      if (vertex.kind != "fabric-hub") continue;
      for (const std::string& member : vertex.Texts("members")) {
        Join(key, member);
      }
    }
  }

  // Between two devices; 0: none.
  [[nodiscard]] int Count(std::size_t a, std::size_t b) const {
    std::int64_t count = 0;
    const auto direct = direct_.find(std::minmax(a, b));
    if (direct != direct_.end()) count += Ratio(direct->second);
    for (const auto& [hub, members] : hubs_) {
      if (!members.contains(a) || !members.contains(b)) continue;
      const auto pair = machine_.Find(hub)->Integer("pair_links");
      count += std::clamp<std::int64_t>(pair.value_or(1), 1, kMostLinks);
    }
    return static_cast<int>(std::min(count, kMostLinks));
  }

 private:
  void Add(const Edge& link) {
    if (IsHub(link.to)) return Join(link.to, link.from);
    if (IsHub(link.from)) return Join(link.from, link.to);
    const auto from = at_.find(link.from);
    const auto to = at_.find(link.to);
    if (from == at_.end() || to == at_.end()) return;
    for (const std::size_t a : from->second) {
      for (const std::size_t b : to->second) {
        direct_[std::minmax(a, b)] += link.bandwidth;
      }
    }
    if (link.bandwidth > 0) least_ = std::min(least_, link.bandwidth);
  }

  [[nodiscard]] bool IsHub(const std::string& key) const {
    const Vertex* vertex = machine_.Find(key);
    return vertex != nullptr && vertex->kind == "fabric-hub";
  }

  void Join(const std::string& hub, const std::string& member) {
    const auto found = at_.find(member);
    if (found == at_.end()) return;
    hubs_[hub].insert(found->second.begin(), found->second.end());
  }

  [[nodiscard]] std::int64_t Ratio(std::int64_t bandwidth) const {
    if (bandwidth <= least_) return 1;
    return std::min(kMostLinks, (bandwidth + least_ / 2) / least_);
  }

  const Machine& machine_;
  std::map<std::string, std::set<std::size_t>, std::less<>> at_;
  std::map<std::pair<std::size_t, std::size_t>, std::int64_t> direct_;
  std::map<std::string, std::set<std::size_t>> hubs_;
  std::int64_t least_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace

void FillLinks(const Machine& machine, std::span<GresDevice> devices) {
  const Fabric fabric(machine, devices);
  bool any = false;
  for (std::size_t a = 0; a < devices.size(); ++a) {
    for (std::size_t b = 0; b < devices.size(); ++b) {
      // Engines of one device are not joined by what joins the device.
      const bool same = devices[a].device == devices[b].device;
      const int count = a == b ? -1 : same ? 0 : fabric.Count(a, b);
      any = any || count > 0;
      devices[a].links.push_back(count);
    }
  }
  if (any) return;
  for (GresDevice& device : devices) device.links.clear();
}

}  // namespace acceld::slurm
