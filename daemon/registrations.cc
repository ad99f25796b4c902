#include "daemon/registrations.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace acceld::daemon {
namespace {

// Where a probe saw it: "sys/class/drm/renderD128" of the fact's source.
std::optional<std::string> InSysfs(const Provenance& from) {
  if (!from.source.starts_with("/sys/")) return std::nullopt;
  return from.source.substr(1);
}

// Of the device itself; nothing where it has none.
std::optional<std::string> DirectoryOf(const graph::Vertex& vertex) {
  const auto named = [&](std::string_view name) {
    return std::find_if(
        vertex.attributes.begin(), vertex.attributes.end(),
        [&](const Attribute& attribute) { return attribute.name == name; });
  };
  if (vertex.kind == VertexKind::kPciFunction) {
    const auto address = named(attr::kAddress);
    if (address == vertex.attributes.end()) return std::nullopt;
    return "sys/bus/pci/devices/" + ToText(address->value);
  }
  const auto framework = named(attr::kFramework);
  if (framework == vertex.attributes.end() ||
      ToText(framework->value) == "kfd") {
    return std::nullopt;
  }
  return InSysfs(framework->from);
}

}  // namespace

Registrations Registrations::Of(const SysRoot& root,
                                const graph::Topology& topology) {
  Registrations all;
  const auto add = [&](graph::VertexId id,
                       const std::optional<std::string>& path) {
    const std::string& key = topology.vertex(id).key;
    const std::string name = key.substr(key.find(':') + 1);
    if (!path || all.directories_.contains(name)) return;
    // Without links, so that nothing leads outside of the root.
    const auto real = root.Canonical(*path);
    struct stat status {};
    if (real &&
        ::lstat((root.directory() + "/" + *real).c_str(), &status) == 0) {
      all.directories_[name] = {status.st_dev, status.st_ino};
    }
  };
  for (const graph::Relation& relation : topology.relations()) {
    if (relation.kind == RelationKind::kEngineOf) {
      add(relation.from, InSysfs(relation.provenance));
    } else if (relation.kind == RelationKind::kAcceleratorOf) {
      add(relation.from, DirectoryOf(topology.vertex(relation.from)));
      add(relation.to, DirectoryOf(topology.vertex(relation.to)));
    }
  }
  return all;
}

std::set<std::string, std::less<>> Registrations::NewSince(
    const Registrations& before) const {
  std::set<std::string, std::less<>> names;
  for (const auto& [name, directory] : directories_) {
    const auto then = before.directories_.find(name);
    if (then != before.directories_.end() && then->second != directory) {
      names.insert(name);
    }
  }
  return names;
}

}  // namespace acceld::daemon
