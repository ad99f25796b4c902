// CompiledPolicy: the documents with every name looked up, ready to be asked.
// What Policy answers from. Immutable once built; thread-safe.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/document.h"
#include "policy/selector.h"
#include "policy/settings.h"
#include "policy/who.h"

namespace acceld::policy {

struct DeviceClass {
  std::string name;
  std::string pointer;
  std::vector<Selector> devices;  // all hold
};

// Devices of any of the classes (empty: of any or none) for which all
// selectors hold. Entries that say the same share one.
struct DeviceSet {
  std::vector<std::size_t> classes;  // sorted
  std::vector<Selector> devices;
  friend bool operator==(const DeviceSet&, const DeviceSet&) = default;
};
inline constexpr std::size_t kAllDevices = 0;  // index of the set of all

struct Rule {
  Effect effect = Effect::kDeny;
  std::string label;   // "20-lab.json#/rules/0", for verdicts
  std::string reason;  // for people; its name where it gives none
  Who who;
  std::size_t set = kAllDevices;
  std::vector<std::string> functions;  // globs; empty: whatever the function
  std::vector<Selector> request;       // all hold; empty: whatever the stage
};

struct Reserve {
  std::string label;
  std::string reason;
  Who who;
  std::size_t set = kAllDevices;
};

struct Taint {
  TaintEffect effect = TaintEffect::kAvoid;
  std::string label;
  std::string reason;
  Who tolerating;
  std::size_t set = kAllDevices;
};

struct Quota {
  std::string id;          // "20-lab.json#/quotas/0", ".../namespaces/a/share"
  std::string name;        // for people; may be empty
  std::string class_name;  // empty: all devices
  Who who;
  bool per_user = true;
  std::size_t set = kAllDevices;
  QuotaBounds bounds;
};

struct Release {
  std::string label;
  std::size_t set = kAllDevices;
  std::optional<bool> reset;
  std::optional<Nanoseconds> quarantine;
};

struct Namespace {
  std::string name;
  std::string label;                  // "default" where no file describes it
  std::optional<std::size_t> parent;  // what it is a part of
  Who members;                        // none: "default"
  std::size_t set = kAllDevices;
  std::optional<std::size_t> share;  // index of its quota
};
inline constexpr std::size_t kDefaultNamespace = 0;

struct CompiledPolicy {
  std::string origin;
  Effect default_effect = Effect::kDeny;
  std::vector<DeviceClass> classes;
  std::vector<DeviceSet> sets{{}};  // [kAllDevices]
  std::vector<Rule> rules;          // in the order of the files
  std::vector<Reserve> reserve;
  std::vector<Taint> taints;
  std::vector<Quota> quotas;
  std::vector<Release> release;
  // [kDefaultNamespace], then parents before their parts.
  std::vector<Namespace> namespaces{
      {"default", "default", std::nullopt, {}, kAllDevices, std::nullopt}};
  // The others in the order in which they are looked for: parts first.
  std::vector<std::size_t> namespace_order;
  Who administrators;
  std::map<std::string, Objective, std::less<>> objectives{{"default", {}}};
  Limits limits;
  Defaults defaults;
  bool revoke_forbidden = false;
};

}  // namespace acceld::policy
