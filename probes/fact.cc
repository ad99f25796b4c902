#include "probes/fact.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace acceld::probes {
namespace {

template <typename T>
void AddAll(const std::vector<T>& from, std::vector<T>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

void FactSet::AddEntity(std::string key, VertexKind kind) {
  entities.push_back({std::move(key), kind});
}

void FactSet::AddAttribute(std::string key, std::string_view name,
                           AttributeValue value, Provenance from) {
  attributes.push_back(
      {std::move(key),
       Attribute{std::string(name), std::move(value), std::move(from)}});
}

void FactSet::AddRelation(std::string from, std::string to, RelationKind kind,
                          Provenance provenance) {
  relations.push_back(
      {std::move(from), std::move(to), kind, {}, std::move(provenance)});
}

void FactSet::AddFault(std::string_view where, const Error& error) {
  constexpr std::size_t kLongest = 512;
  faults.push_back({error.code, Printable(where, kLongest),
                    Printable(error.message, kLongest)});
}

void FactSet::Append(const FactSet& other) {
  AddAll(other.entities, entities);
  AddAll(other.attributes, attributes);
  AddAll(other.links, links);
  AddAll(other.relations, relations);
  AddAll(other.faults, faults);
}

bool IsKey(std::string_view key) {
  constexpr std::size_t kLongest = 128;
  return !key.empty() && key.size() <= kLongest &&
         std::all_of(key.begin(), key.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  (c >= '0' && c <= '9') || c == ':' || c == '.' || c == '_' ||
                  c == '-' || c == '/';
         });
}

}  // namespace acceld::probes
