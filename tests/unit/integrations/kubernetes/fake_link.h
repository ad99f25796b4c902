// FakeLink: a machine for the keeper's tests, of numbered devices "a0", "a1",
// ... on as many NUMA nodes as are asked for; a pipeline takes one, of those
// that its selector names. Tests only.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "integrations/kubernetes/device_plugin/daemon_link.h"

namespace acceld::kubernetes {

class FakeLink final : public DaemonLink {
 public:
  explicit FakeLink(std::vector<std::int64_t> of_devices)
      : nodes(std::move(of_devices)) {}

  Result<Copies> PlanCopies(const Document& /*pipeline*/) override {
    ++plans;
    if (is_gone) return Fail(ErrorCode::kUnavailable, "no acceld");
    if (is_busy) return Fail(ErrorCode::kBusy, "too many ask");
    Copies copies;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (taken.contains(Name(i))) continue;
      copies.is_cut_short = copies.list.size() == time_for;
      if (copies.is_cut_short) break;
      copies.list.push_back(CopyOf(i));
    }
    return copies;
  }
  Result<Copy> Plan(const Document& /*pipeline*/) override {
    return Fail(ErrorCode::kUnsatisfiable, "not here");
  }
  Result<HeldLease> Acquire(const Resource& what, const Copy& copy,
                            const std::string& label) override {
    const auto wanted = Wanted(Pinned(what.pipeline, copy));
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (!wanted.contains(Name(i)) || taken.contains(Name(i))) continue;
      taken.insert(Name(i));
      const std::string path = "/lease/" + std::to_string(++last);
      leases[path] = {label, i};
      return HeldLease{path, CopyOf(i), nullptr};
    }
    return Fail(ErrorCode::kBusy, "taken");
  }
  Result<std::vector<Labelled>> FindLeases() override {
    std::vector<Labelled> found;
    for (const auto& [path, lease] : leases)
      found.push_back({path, lease.first});
    return found;
  }
  Result<HeldLease> Attach(const std::string& path) override {
    const auto found = leases.find(path);
    if (found == leases.end()) return Fail(ErrorCode::kNotFound, "no lease");
    return HeldLease{path, CopyOf(found->second.second), nullptr};
  }
  void Release(HeldLease lease) override {
    const auto found = leases.find(lease.path);
    if (found == leases.end()) return;
    taken.erase(Name(found->second.second));
    leases.erase(found);
  }
  Result<cdi::Spec> SpecOf(const std::string& path) override {
    if (refuses_specs) return Fail(ErrorCode::kUnsupported, "no socket");
    cdi::Spec spec;
    spec.kind = "acceld.org/unit";
    spec.devices.push_back({path.substr(path.rfind('/') + 1), {}});
    spec.devices.back().edits.env = {{"ACCELD_LEASE", path}};
    return spec;
  }

  [[nodiscard]] static std::string Name(std::size_t i) {
    return "a" + std::to_string(i);
  }

  std::vector<std::int64_t> nodes;  // of the devices
  std::set<std::string> taken;
  std::map<std::string, std::pair<std::string, std::size_t>> leases;
  std::size_t time_for = 64;  // copies
  int plans = 0;
  int last = 0;
  bool is_gone = false;
  bool is_busy = false;
  bool refuses_specs = false;

 private:
  [[nodiscard]] Copy CopyOf(std::size_t i) const {
    return {{{"device", 0, Name(i)}}, {nodes[i]}, 0};
  }
  static std::set<std::string> Wanted(const Document& pipeline) {
    std::set<std::string> keys;
    const Document& stage = pipeline.Find("stages")->AsArray()->front();
    for (const Document& each : *stage.Find("select")->AsArray()) {
      const Document* in = each.Find("in");
      if (in == nullptr) continue;
      for (const Document& key : *in->AsArray()) keys.insert(*key.AsString());
    }
    return keys;
  }
};

}  // namespace acceld::kubernetes
