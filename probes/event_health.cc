#include "probes/event_health.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "probes/fact_index.h"
#include "probes/pci_address.h"

namespace acceld::probes {
namespace {

constexpr std::size_t kLongestWord = 80;
// No devpath that the kernel sends is longer (UEVENT_BUFFER_SIZE).
constexpr std::size_t kLongestPath = 2048;

bool IsAtOrBelow(std::string_view path, std::string_view top) {
  return path.starts_with(top) &&
         (path.size() == top.size() || path[top.size()] == '/');
}

// "rebind,bus-reset", from the least of side effects to the most.
std::string WedgedReason(const std::string& methods) {
  if (methods == "unknown") return "wedged: the kernel knows no way to recover";
  std::string asked;
  for (const char c : Printable(methods, kLongestWord)) {
    if (c == ',') {
      asked += " or ";
    } else {
      asked += c;
    }
  }
  return "wedged: the kernel asks for " + asked;
}

std::string ErrorReason(const Uevent& event) {
  if (event.error_event == "BEGIN_RECOVERY") {
    return "PCI error: the kernel has begun to recover it";
  }
  if (event.error_event == "FAILED_RECOVERY") {
    return "PCI error: the kernel could not recover it";
  }
  return "the kernel says that it is offline";
}

// What lies at `top` or below, by the facts: PCI functions, or the platform
// device. `top` as in an event: a device, or a class device of it.
class Concerned {
 public:
  Concerned(const SysRoot& root, const FactSet& facts) : index_(facts) {
    for (const std::string& key : index_.pci_keys()) {
      auto real = root.Canonical("sys/bus/pci/devices/" + AddressOfKey(key));
      // Without the "sys" that a devpath does not have.
      if (real && real->starts_with("sys/")) {
        functions_.emplace_back(real->substr(3), key);
      }
    }
    for (const RelationFact& relation : facts.relations) {
      if (relation.kind != RelationKind::kAcceleratorOf) continue;
      parts_.emplace(relation.to, relation.from);
    }
  }

  [[nodiscard]] const FactIndex& index() const { return index_; }

  // Keys of the devices and of what is part of them.
  [[nodiscard]] std::set<std::string> Find(
      const std::string& devpath,
      const std::set<std::string>& superseded) const {
    std::set<std::string> keys;
    const std::string top = DeviceOf(devpath);
    for (const auto& [path, key] : functions_) {
      const bool is_superseded = std::any_of(
          superseded.begin(), superseded.end(),
          [&path = path](const auto& at) { return IsAtOrBelow(path, at); });
      if (IsAtOrBelow(path, top) && !is_superseded) AddWithParts(key, keys);
    }
    const std::string platform = "platform:" + top.substr(top.rfind('/') + 1);
    if (index_.KindOf(platform)) AddWithParts(platform, keys);
    return keys;
  }

 private:
  // The device that a class device belongs to; a device is its own.
  [[nodiscard]] std::string DeviceOf(const std::string& devpath) const {
    std::string_view path = devpath;
    while (!path.empty()) {
      const std::string_view name = path.substr(path.rfind('/') + 1);
      if (ParsePciAddress(name) ||
          index_.KindOf("platform:" + std::string(name))) {
        return std::string(path);
      }
      path = path.substr(0, path.size() - name.size());
      if (path.ends_with('/')) path.remove_suffix(1);
    }
    return devpath;
  }

  void AddWithParts(const std::string& key, std::set<std::string>& keys) const {
    keys.insert(key);
    const auto [begin, end] = parts_.equal_range(key);
    for (auto at = begin; at != end; ++at) keys.insert(at->second);
  }

  FactIndex index_;
  // Path, as in a devpath, and key.
  std::vector<std::pair<std::string, std::string>> functions_;
  std::multimap<std::string, std::string> parts_;  // of a device, by its key
};

}  // namespace

void EventHealth::Note(const Uevent& event) {
  if (event.devpath.empty() || event.devpath.size() > kLongestPath) return;
  if (event.action == "add" || event.action == "remove" ||
      event.action == "bind" || event.action == "unbind") {
    return Supersede(event.devpath, true);
  }
  // CPUs and memory blocks go offline, too.
  if (event.subsystem == "accel" && event.action == "offline") {
    return Say(event, "offline", "its driver says that it is not ready");
  }
  if (event.subsystem == "accel" && event.action == "online") {
    return Supersede(event.devpath, false);
  }
  // "none": the driver has reset it, and it goes on.
  if (event.wedged == "none") return Supersede(event.devpath, false);
  if (!event.wedged.empty()) {
    return Say(event, "WEDGED", WedgedReason(event.wedged));
  }
  if (event.error_event == "SUCCESSFUL_RECOVERY" ||
      event.device_online == "1") {
    return Supersede(event.devpath, false);
  }
  if (!event.error_event.empty() || event.device_online == "0") {
    Say(event, event.error_event.empty() ? "DEVICE_ONLINE" : "ERROR_EVENT",
        ErrorReason(event));
  }
}

void EventHealth::Say(const Uevent& event, std::string variable,
                      std::string reason) {
  if (said_.size() >= kMost && !said_.contains(event.devpath)) return;
  said_[event.devpath] = {std::move(variable), std::move(reason), {}};
}

void EventHealth::Supersede(const std::string& devpath, bool with_parts) {
  said_.erase(devpath);
  for (auto at = said_.begin(); at != said_.end();) {
    auto& [path, said] = *at;
    if (with_parts && IsAtOrBelow(path, devpath)) {
      at = said_.erase(at);
      continue;
    }
    if (IsAtOrBelow(devpath, path) && said.superseded.size() < kMost) {
      said.superseded.insert(devpath);
    }
    ++at;
  }
}

void EventHealth::AddTo(const SysRoot& root, FactSet& facts) const {
  if (said_.empty()) return;
  const Concerned concerned(root, facts);
  // Reasons and source, by key.
  std::map<std::string, std::pair<std::string, std::string>> found;
  for (const auto& [devpath, said] : said_) {
    for (const auto& key : concerned.Find(devpath, said.superseded)) {
      auto& [reasons, source] = found[key];
      if (!reasons.empty()) reasons += "; ";
      reasons += said.reason;
      if (!source.empty()) source += ", ";
      source += "uevent " + said.variable + " of /sys" +
                Printable(devpath, kLongestPath);
    }
  }
  for (auto& [key, said] : found) {
    const Attribute* reason = concerned.index().Get(key, attr::kHealthReason);
    if (reason != nullptr) said.first += "; " + ToText(reason->value);
  }
  // The kernel says so itself: better evidence than what a probe concludes.
  for (auto& [key, said] : found) {
    const Provenance from{Evidence::kFirmware, std::move(said.second)};
    facts.AddAttribute(key, attr::kHealth, std::string("failed"), from);
    facts.AddAttribute(key, attr::kHealthReason, std::move(said.first), from);
  }
}

}  // namespace acceld::probes
