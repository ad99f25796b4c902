#include "policy/namespace_reader.h"

#include <cstddef>
#include <string>
#include <utility>

#include "policy/settings_reader.h"
#include "policy/terms_reader.h"

namespace acceld::policy {
namespace {

std::vector<NamespaceDocument> ReadAtDepth(ObjectReader& reader, int depth);

NamespaceDocument ReadNamespace(const std::string& name,
                                const Document& document,
                                const std::string& pointer,
                                Complaints& complaints, int depth) {
  NamespaceDocument space;
  space.pointer = pointer;
  space.name = name;
  ObjectReader reader(document, pointer, complaints);
  if (document.AsObject() == nullptr) return space;
  (void)ReadText(reader, "description");
  space.members = ReadMemberTerms(reader);
  // Whoever is in no other is in this one.
  if (name == "default" && !space.members.empty()) {
    reader.ComplainHere(
        "\"default\" is the namespace of everybody else and names no members");
  } else if (name == "default" && depth > 1) {
    reader.ComplainHere("\"default\" is no part of another namespace");
  }
  space.what = ReadDeviceTerms(reader);
  if (const Document* share = reader.Find("share")) {
    space.share = ReadShare(*share, reader.PointerOf("share"), complaints);
  }
  space.namespaces = ReadAtDepth(reader, depth + 1);
  // What is there and no object is complained of already.
  const Document* parts = reader.Find("namespaces");
  const bool has_parts =
      !space.namespaces.empty() || (parts != nullptr && !parts->AsObject());
  if (IsSilent(reader, {"users", "groups", "slices", "subjects"}) &&
      name != "default" && !has_parts) {
    reader.ComplainHere(
        "has no members; give users, groups, slices or "
        "subjects");
  }
  return space;
}

std::vector<NamespaceDocument> ReadAtDepth(ObjectReader& reader, int depth) {
  std::vector<NamespaceDocument> spaces;
  if (depth > kMaxNamespaceDepth) {
    if (reader.Find("namespaces") != nullptr) {
      reader.Complain("namespaces", "namespaces are nested more than " +
                                        std::to_string(kMaxNamespaceDepth) +
                                        " deep");
    }
    return spaces;
  }
  ForEachMember(reader, "namespaces",
                [&](const std::string& name, const Document& document,
                    const std::string& pointer) {
                  spaces.push_back(ReadNamespace(name, document, pointer,
                                                 reader.complaints(), depth));
                });
  return spaces;
}

}  // namespace

std::vector<NamespaceDocument> ReadNamespaces(ObjectReader& reader) {
  return ReadAtDepth(reader, 1);
}

}  // namespace acceld::policy
