#include "integrations/kubernetes/dra/machine.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

#include "base/document_fields.h"
#include "base/json.h"

namespace acceld::dra {
namespace {

// A daemon's answer: trusted further than a caller's words, bounded all the
// same. A fabric of 4,096 devices is some 10 MB.
constexpr JsonLimits kLimits{.bytes = std::size_t{64} << 20,
                             .depth = 16,
                             .elements = std::size_t{1} << 22,
                             .string_bytes = 65536};

struct Entity {
  std::string kind;
  const Document* attributes = nullptr;
};

using Entities = std::map<std::string, Entity, std::less<>>;

// What each key is joined with by relations of one kind, or links.
using Joined = std::multimap<std::string, std::string, std::less<>>;

// Which keys belong together, by the least key of each set.
class Sets {
 public:
  void Join(const std::string& a, const std::string& b) {
    const std::string x = Root(a);
    const std::string y = Root(b);
    parent_[std::max(x, y)] = std::min(x, y);
  }
  [[nodiscard]] std::optional<std::string> Find(const std::string& key) {
    if (!parent_.contains(key)) return std::nullopt;
    return Root(key);
  }

 private:
  std::string Root(const std::string& key) {
    auto at = parent_.try_emplace(key, key).first;
    while (at->second != at->first) at = parent_.find(at->second);
    return at->first;
  }
  std::map<std::string, std::string> parent_;
};

bool IsOwn(std::string_view name) {
  return name == "name" || name == "instances" || name == "instances_free";
}

// The chain of `key`, nearest first: engine, accelerator, function.
std::vector<std::string> ChainOf(const std::string& key, const Joined& engines,
                                 const Joined& accelerators) {
  std::vector<std::string> chain{key};
  std::string owner = key;
  if (const auto at = engines.find(key); at != engines.end()) {
    owner = at->second;
    chain.push_back(owner);
  }
  const auto [first, last] = accelerators.equal_range(owner);
  for (auto at = first; at != last; ++at) chain.push_back(at->second);
  return chain;
}

// Nothing of a device that is handed out to nobody is published.
bool CanBeLeased(const MachineDevice& device) {
  return !device.Strings("functions").empty() &&
         device.String("grant") != "none" && device.Integer("instances") != 0;
}

// The document, by key.
struct Index {
  Entities entities;
  Joined engines;       // engine -> accelerator
  Joined accelerators;  // accelerator -> function
  std::set<std::string> have_engines;
  Sets fabrics;
};

Index MakeIndex(const Document& document) {
  static const Document kNothing{Document::Object{}};
  Index index;
  for (const Document& entity : ArrayIn(document, "entities")) {
    const Document* attributes = entity.Find("attributes");
    index.entities[TextIn(entity, "key")] = {
        TextIn(entity, "kind"), attributes == nullptr ? &kNothing : attributes};
  }
  for (const Document& relation : ArrayIn(document, "relations")) {
    const std::string kind = TextIn(relation, "kind");
    const std::string from = TextIn(relation, "from");
    const std::string to = TextIn(relation, "to");
    if (kind == "engine-of") {
      index.engines.emplace(from, to);
      index.have_engines.insert(to);
    }
    if (kind == "accelerator-of") index.accelerators.emplace(from, to);
  }
  for (const Document& link : ArrayIn(document, "links")) {
    if (TextIn(link, "kind") != "fabric") continue;
    index.fabrics.Join(TextIn(link, "from"), TextIn(link, "to"));
  }
  return index;
}

// As the placement has it (placement/device_view.h, FindDevices).
bool IsDevice(const Index& index, const std::string& key) {
  const std::string& kind = index.entities.find(key)->second.kind;
  if (kind == "accelerator") return !index.have_engines.contains(key);
  return kind == "engine" || kind == "nic" || kind == "storage";
}

MachineDevice MakeDevice(Index& index, const std::string& key) {
  std::vector<const Document*> attributes;
  std::optional<std::string> fabric;
  for (const std::string& part :
       ChainOf(key, index.engines, index.accelerators)) {
    const auto known = index.entities.find(part);
    if (known == index.entities.end()) continue;
    attributes.push_back(known->second.attributes);
    if (!fabric) fabric = index.fabrics.Find(part);
  }
  return MachineDevice(key, std::move(attributes), std::move(fabric));
}

}  // namespace

std::string_view MachineDevice::short_name() const {
  const std::string_view key = key_;
  const std::size_t colon = key.find(':');
  return colon == std::string_view::npos ? key : key.substr(colon + 1);
}

const Document* MachineDevice::Get(std::string_view name) const {
  for (const Document* attributes : chain_) {
    if (const Document* full = attributes->Find(name)) {
      // Plain, or with its provenance.
      const Document* value = full->Find("value");
      return value == nullptr ? full : value;
    }
    if (IsOwn(name)) break;
  }
  return nullptr;
}

std::optional<std::string> MachineDevice::String(std::string_view name) const {
  const Document* value = Get(name);
  const auto* text = value == nullptr ? nullptr : value->AsString();
  if (text == nullptr) return std::nullopt;
  return *text;
}

std::optional<std::int64_t> MachineDevice::Integer(
    std::string_view name) const {
  const Document* value = Get(name);
  const auto* number = value == nullptr ? nullptr : value->AsInteger();
  if (number == nullptr) return std::nullopt;
  return *number;
}

std::vector<std::string> MachineDevice::Strings(std::string_view name) const {
  std::set<std::string> strings;
  const Document* value = Get(name);
  const auto* list = value == nullptr ? nullptr : value->AsArray();
  if (list == nullptr) return {};
  for (const Document& one : *list) {
    if (const auto* text = one.AsString()) strings.insert(*text);
  }
  return {strings.begin(), strings.end()};
}

bool MachineDevice::HasNode() const {
  const auto framework = String("framework");
  return framework != "vfio" && framework != "mdev" && String("node") &&
         String("device_number");
}

std::string MachineDevice::Health() const {
  std::string worst = "unknown";
  for (const Document* attributes : chain_) {
    const MachineDevice part(key_, {attributes}, {});
    const auto health = part.String("health");
    if (!health) continue;
    if (*health == "failed") return *health;
    if (worst == "degraded") continue;
    worst = *health;
  }
  return worst;
}

Result<Machine> Machine::Parse(std::string_view text) {
  auto parsed = ParseJson(text, kLimits);
  if (!parsed) {
    return Fail(ErrorCode::kCorruptInput,
                "the machine document: " + parsed.error().message);
  }
  if (TextIn(*parsed, "format") != "acceld-machine") {
    return Fail(ErrorCode::kCorruptInput, "this is no machine document");
  }
  Machine machine;
  machine.document_ = std::make_shared<const Document>(*std::move(parsed));
  Index index = MakeIndex(*machine.document_);
  for (const auto& [key, entity] : index.entities) {
    if (!IsDevice(index, key)) continue;
    MachineDevice device = MakeDevice(index, key);
    if (CanBeLeased(device)) machine.devices_.push_back(std::move(device));
  }
  return machine;
}

}  // namespace acceld::dra
