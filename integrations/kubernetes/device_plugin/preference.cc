#include "integrations/kubernetes/device_plugin/preference.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/log.h"

namespace acceld::kubernetes {
namespace {

using Ids = std::vector<std::string>;

// The kubelet waits with the pod's admission.
constexpr const char* kDeadline = "200ms";

Document Exchange(const std::string& from, const std::string& to) {
  return Document::Object{{"from", from}, {"to", to}};
}

// The stage of a device's pipeline as `count` replicas on some of `keys`.
Document Replicas(const Document& stage, const std::string& name,
                  std::size_t count, const Document::Array& keys) {
  Document::Object replicas{{"name", name},
                            {"count", static_cast<std::int64_t>(count)}};
  Document::Array select;
  for (const auto& [key, value] : *stage.AsObject()) {
    if (key == "select" && value.AsArray() != nullptr) {
      select = *value.AsArray();
    } else if (key != "name" && key != "count") {
      replicas.emplace_back(key, value);
    }
  }
  select.push_back(Document::Object{{"attribute", "key"}, {"in", keys}});
  replicas.emplace_back("select", std::move(select));
  return replicas;
}

// The ids of devices, by device.
class Devices {
 public:
  Devices(const Units& units, std::span<const std::string> ids) {
    for (const std::string& id : ids) {
      const Unit* unit = units.Find(id);
      if (unit == nullptr || !unit->copy) continue;
      const std::string& device = unit->copy->places.front().device;
      if (ids_.emplace(device, id).second) keys_.emplace_back(device);
    }
  }
  [[nodiscard]] const Document::Array& keys() const { return keys_; }
  [[nodiscard]] const std::string* IdOf(const std::string& device) const {
    const auto found = ids_.find(device);
    return found == ids_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, std::string> ids_;
  Document::Array keys_;
};

// All of `must` and the rest, every one linked with every other; with the
// objective that the pipeline asks for, and what else it says.
Document AllToAll(const Document& pipeline, const Devices& must,
                  const Devices& rest, std::size_t size) {
  const Document& stage = pipeline.Find("stages")->AsArray()->front();
  const std::size_t others = size - must.keys().size();
  Document::Array stages;
  Document::Array links;
  if (!must.keys().empty()) {
    stages.push_back(Replicas(stage, "must", must.keys().size(), must.keys()));
    if (others > 0) links.push_back(Exchange("must", "rest"));
  }
  if (others > 0)
    stages.push_back(Replicas(stage, "rest", others, rest.keys()));
  if (others > 1) links.push_back(Exchange("rest", "rest"));
  Document::Object all{{"stages", std::move(stages)},
                       {"links", std::move(links)},
                       {"deadline", kDeadline}};
  for (const auto& [key, value] : *pipeline.AsObject()) {
    if (key != "stages" && key != "deadline") all.emplace_back(key, value);
  }
  return all;
}

// Empty where the solver has no answer.
Ids ByTheSolver(const Resource& resource, const Units& units, const Ids& must,
                const Ids& rest, std::size_t size, DaemonLink& daemon) {
  const Devices required(units, must);
  const Devices others(units, rest);
  if (required.keys().size() != must.size() ||
      others.keys().size() < size - must.size()) {
    return {};  // several units on one device: any will do
  }
  const auto chosen =
      daemon.Plan(AllToAll(resource.pipeline, required, others, size));
  if (!chosen) {
    Log(LogLevel::kInfo, "preference_without_plan",
        {{"resource", resource.name}, {"reason", chosen.error().message}});
    return {};
  }
  Ids ids(must);
  for (const Copy::Place& place : chosen->places) {
    const std::string* id = others.IdOf(place.device);
    if (id != nullptr && place.stage == "rest") ids.push_back(*id);
  }
  if (ids.size() != size) ids.clear();
  return ids;
}

// One after the other: near those that were chosen, and cheap.
Ids ByNodes(const Units& units, const Ids& must, Ids rest, std::size_t size) {
  Ids ids(must);
  std::set<std::int64_t> nodes;
  const auto count = [&](const std::string& id) {
    const Unit* unit = units.Find(id);
    if (unit != nullptr && unit->copy) {
      nodes.insert(unit->copy->nodes.begin(), unit->copy->nodes.end());
    }
  };
  const auto rank = [&](const std::string& id) {
    const Unit* unit = units.Find(id);
    if (unit == nullptr || !unit->copy) {
      return std::tuple(std::numeric_limits<std::ptrdiff_t>::max(),
                        std::int64_t{0}, id);
    }
    const auto& own = unit->copy->nodes;
    const auto away = std::count_if(own.begin(), own.end(), [&](auto node) {
      return !nodes.empty() && !nodes.contains(node);
    });
    return std::tuple(std::ptrdiff_t{away}, unit->copy->cost, id);
  };
  for (const std::string& id : ids) count(id);
  while (ids.size() < size) {
    const auto best = std::min_element(
        rest.begin(), rest.end(),
        [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    ids.push_back(*best);
    rest.erase(best);
    count(ids.back());
  }
  return ids;
}

}  // namespace

Result<Ids> ChooseUnits(const Resource& resource, const Units& units,
                        std::span<const std::string> available,
                        std::span<const std::string> must, std::size_t size,
                        DaemonLink& daemon) {
  const std::set<std::string> all(available.begin(), available.end());
  const std::set<std::string> required(must.begin(), must.end());
  if (size > all.size() || size < required.size() ||
      !std::includes(all.begin(), all.end(), required.begin(),
                     required.end())) {
    return Fail(ErrorCode::kInvalidArgument,
                "a preferred allocation needs as many available units as it "
                "has, and all that it must include among them");
  }
  const Ids first(required.begin(), required.end());
  Ids rest;
  std::set_difference(all.begin(), all.end(), required.begin(), required.end(),
                      std::back_inserter(rest));
  if (size == first.size()) return first;
  if (resource.is_device && size > 1 && !rest.empty()) {
    Ids chosen = ByTheSolver(resource, units, first, rest, size, daemon);
    if (!chosen.empty()) return chosen;
  }
  return ByNodes(units, first, std::move(rest), size);
}

}  // namespace acceld::kubernetes
