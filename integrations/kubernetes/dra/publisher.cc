#include "integrations/kubernetes/dra/publisher.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace acceld::dra {
namespace {

const Document* At(const Document& document, std::string_view key) {
  return document.AsObject() == nullptr ? nullptr : document.Find(key);
}

std::string MetadataOf(const Document& object, std::string_view key) {
  const Document* metadata = At(object, "metadata");
  const Document* value = metadata == nullptr ? nullptr : At(*metadata, key);
  const auto* text = value == nullptr ? nullptr : value->AsString();
  return text == nullptr ? std::string() : *text;
}

// 0 where it has none, or one that has no next.
std::int64_t GenerationOf(const Document& slice) {
  const Document* spec = At(slice, "spec");
  const Document* pool = spec == nullptr ? nullptr : At(*spec, "pool");
  const Document* value = pool == nullptr ? nullptr : At(*pool, "generation");
  const auto* number = value == nullptr ? nullptr : value->AsInteger();
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
  return number == nullptr || *number == kLast ? 0 : *number;
}

// What the server, or a generation, adds.
bool IsPassedOver(std::string_view key) {
  return key == "timeAdded" || key == "generation";
}

std::size_t CountOf(const Document::Object& object) {
  return static_cast<std::size_t>(std::count_if(
      object.begin(), object.end(),
      [](const auto& member) { return !IsPassedOver(member.first); }));
}

}  // namespace

bool SaysTheSame(const Document& there, const Document& wanted) {
  if (const auto* members = wanted.AsObject()) {
    const auto* others = there.AsObject();
    if (others == nullptr || CountOf(*others) != CountOf(*members)) {
      return false;
    }
    return std::all_of(members->begin(), members->end(), [&](const auto& one) {
      if (IsPassedOver(one.first)) return true;
      const Document* other = there.Find(one.first);
      return other != nullptr && SaysTheSame(*other, one.second);
    });
  }
  if (const auto* elements = wanted.AsArray()) {
    const auto* others = there.AsArray();
    return others != nullptr &&
           std::equal(others->begin(), others->end(), elements->begin(),
                      elements->end(), SaysTheSame);
  }
  return there == wanted;
}

bool Publisher::Stands(const Document& there, const Document& wanted) {
  const Document* spec = At(there, "spec");
  if (spec != nullptr && SaysTheSame(*spec, *wanted.Find("spec"))) return true;
  const auto known = written_.find(MetadataOf(wanted, "name"));
  return known != written_.end() &&
         known->second.resource_version ==
             MetadataOf(there, "resourceVersion") &&
         SaysTheSame(known->second.spec, *wanted.Find("spec"));
}

Status Publisher::Write(Document wanted, const Document* there) {
  const std::string name = MetadataOf(wanted, "name");
  Document slice = wanted;
  if (there != nullptr) {
    Document metadata = *wanted.Find("metadata");
    metadata.Set("resourceVersion", MetadataOf(*there, "resourceVersion"));
    slice = Document::Object{};
    for (const auto& [key, value] : *wanted.AsObject()) {
      slice.Set(key, key == "metadata" ? metadata : value);
    }
  }
  written_.erase(name);
  ACCELD_TRY(const Document made,
             there == nullptr ? api_.CreateSlice(release_, slice)
                              : api_.UpdateSlice(release_, name, slice));
  written_[name] = {MetadataOf(made, "resourceVersion"), *wanted.Find("spec")};
  return {};
}

Result<Publisher::Outcome> Publisher::Reconcile(const Pool& pool) {
  ACCELD_TRY(const std::vector<Document> listed,
             api_.ListSlices(release_, node_.name));
  std::map<std::string, const Document*> there;
  std::int64_t generation = 0;
  bool one_generation = true;
  for (const Document& slice : listed) {
    there[MetadataOf(slice, "name")] = &slice;
    one_generation =
        one_generation && GenerationOf(slice) == GenerationOf(listed.front());
    generation = std::max(generation, GenerationOf(slice));
  }
  bool stands = one_generation && listed.size() == pool.parts.size();
  for (std::size_t i = 0; stands && i < pool.parts.size(); ++i) {
    const auto found = there.find(SliceName(node_.name, i));
    stands = found != there.end() &&
             Stands(*found->second,
                    SliceObject(pool, i, node_, generation, release_));
  }
  Outcome outcome;
  if (stands) return outcome;
  for (std::size_t i = 0; i < pool.parts.size(); ++i) {
    const auto found = there.find(SliceName(node_.name, i));
    ACCELD_TRY_VOID(Write(SliceObject(pool, i, node_, generation + 1, release_),
                          found == there.end() ? nullptr : found->second));
    ++outcome.written;
    if (found != there.end()) there.erase(found);
  }
  for (const auto& [name, slice] : there) {
    ACCELD_TRY_VOID(api_.DeleteSlice(release_, name));
    written_.erase(name);
    ++outcome.deleted;
  }
  return outcome;
}

}  // namespace acceld::dra
