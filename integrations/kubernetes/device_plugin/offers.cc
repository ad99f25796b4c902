#include "integrations/kubernetes/device_plugin/offers.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"
#include "integrations/kubernetes/bundles/units.h"
#include "integrations/kubernetes/device_plugin/keeper.h"

namespace acceld::kubernetes {

Offers::Offers(std::string directory, const Counter& counter)
    : directory_(std::move(directory)),
      counter_(counter),
      registrar_(directory_, servers_) {}

void Offers::Replace(std::span<const Resource> resources) {
  std::vector<Keeper::Offered> offered;
  for (const Resource& resource : resources) {
    auto& server = servers_[resource.name];
    if (server == nullptr) {
      server =
          std::make_unique<ResourceServer>(directory_, counter_, resource.name);
      Log(LogLevel::kInfo, "offered", {{"resource", resource.FullName()}});
    }
    offered.push_back({resource, [to = server.get()](const Units& units) {
                         to->Publish(units);
                       }});
  }
  // Before the servers go that it would publish to.
  counter_.keeper.Offer(std::move(offered));
  std::erase_if(servers_, [&](const auto& one) {
    const bool stays = std::any_of(
        resources.begin(), resources.end(),
        [&](const Resource& resource) { return resource.name == one.first; });
    if (stays) return false;
    Log(LogLevel::kInfo, "withdrawn", {{"resource", one.second->name()}});
    registrar_.Forget(one.first);
    return true;
  });
}

Status Offers::Serve() {
  for (const auto& [name, server] : servers_) {
    ACCELD_TRY(const bool is_new, server->Serve());
    if (is_new) registrar_.Forget(name);
  }
  return {};
}

void Offers::Stop() {
  for (const auto& [name, server] : servers_) server->Stop();
}

}  // namespace acceld::kubernetes
