#include "integrations/slurm/machine.h"

#include <utility>

#include "base/units.h"

namespace acceld::slurm {
namespace {

// A value is plain, or an object with its provenance beside it.
const Document* ValueOf(const Document& object, std::string_view name) {
  const Document* found = object.Find(name);
  if (found == nullptr || found->AsObject() == nullptr) return found;
  return found->Find("value");
}

std::string TextOf(const Document& object, std::string_view name) {
  const Document* value = ValueOf(object, name);
  const std::string* text = value == nullptr ? nullptr : value->AsString();
  return text == nullptr ? std::string() : *text;
}

Edge ReadEdge(const Document& one) {
  Edge edge{TextOf(one, "from"), TextOf(one, "to"), TextOf(one, "kind")};
  const auto bandwidth = ParseBytesPerSecond(TextOf(one, "bandwidth"));
  if (bandwidth) edge.bandwidth = bandwidth->value();
  return edge;
}

// Errors: kCorruptInput (there, and no array).
Result<std::vector<Edge>> ReadEdges(const Document& document,
                                    const char* name) {
  std::vector<Edge> edges;
  const Document* list = document.Find(name);
  if (list == nullptr) return edges;
  if (list->AsArray() == nullptr) {
    return Fail(ErrorCode::kCorruptInput,
                "\"" + std::string(name) + "\" is no array");
  }
  for (const Document& one : *list->AsArray()) edges.push_back(ReadEdge(one));
  return edges;
}

}  // namespace

std::string Vertex::Text(std::string_view name) const {
  return TextOf(attributes, name);
}

std::vector<std::string> Vertex::Texts(std::string_view name) const {
  std::vector<std::string> texts;
  const Document* value = ValueOf(attributes, name);
  if (value == nullptr || value->AsArray() == nullptr) return texts;
  for (const Document& one : *value->AsArray()) {
    if (one.AsString() != nullptr) texts.push_back(*one.AsString());
  }
  return texts;
}

std::optional<std::int64_t> Vertex::Integer(std::string_view name) const {
  const Document* value = ValueOf(attributes, name);
  const auto* number = value == nullptr ? nullptr : value->AsInteger();
  return number == nullptr ? std::nullopt : std::optional(*number);
}

Result<Machine> Machine::Read(const Document& document) {
  const Document* version = document.Find("version");
  if (TextOf(document, "format") != "acceld-machine" || version == nullptr ||
      *version != Document(1)) {
    return Fail(ErrorCode::kCorruptInput,
                "this is no machine document (\"format\": \"acceld-machine\", "
                "\"version\": 1), such as 'accel-topo --json' prints");
  }
  const Document* entities = document.Find("entities");
  if (entities == nullptr || entities->AsArray() == nullptr) {
    return Fail(ErrorCode::kCorruptInput, "\"entities\" is no array");
  }
  Machine machine;
  for (const Document& one : *entities->AsArray()) {
    Vertex vertex{TextOf(one, "key"), TextOf(one, "kind"), {}};
    if (const Document* known = one.Find("attributes")) {
      vertex.attributes = *known;
    }
    std::string key = vertex.key;
    machine.vertices_.emplace(std::move(key), std::move(vertex));
  }
  ACCELD_TRY(machine.links_, ReadEdges(document, "links"));
  ACCELD_TRY(std::vector<Edge> relations, ReadEdges(document, "relations"));
  for (Edge& one : relations) {
    machine.relations_.try_emplace({std::move(one.from), std::move(one.kind)},
                                   std::move(one.to));
  }
  return machine;
}

const Vertex* Machine::Find(std::string_view key) const {
  const auto found = vertices_.find(key);
  return found == vertices_.end() ? nullptr : &found->second;
}

std::string Machine::Follow(const std::string& from,
                            const std::string& kind) const {
  const auto found = relations_.find({from, kind});
  return found == relations_.end() ? std::string() : found->second;
}

}  // namespace acceld::slurm
