#include "api/functions.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "client/topo/describe.h"
#include "client/topo/devices.h"
#include "client/topo/table.h"

namespace acceld::topo {
namespace {

using graph::Topology;
using graph::Vertex;
using graph::VertexId;

using Offers = std::map<std::string, std::vector<VertexId>>;

// By function, the devices in the topology's order. An engine that offers
// what its accelerator offers too is not named again.
Offers OffersOf(const Topology& topology) {
  Offers offers;
  for (const Vertex& vertex : topology.vertices()) {
    const AttributeValue* value = vertex.Get(attr::kFunctions);
    const auto* names = value == nullptr
                            ? nullptr
                            : std::get_if<std::vector<std::string>>(value);
    if (names == nullptr) continue;
    for (const std::string& name : *names) {
      std::vector<VertexId>& devices = offers[name];
      const auto owners =
          topology.RelatedFrom(vertex.id, RelationKind::kEngineOf);
      const bool named =
          !owners.empty() && std::find(devices.begin(), devices.end(),
                                       owners.front()) != devices.end();
      if (!named) devices.push_back(vertex.id);
    }
  }
  return offers;
}

std::string_view Meaning(std::string_view function) {
  for (const api::Function& known : api::Functions()) {
    if (known.name == function) return known.what;
  }
  return api::IsFunction(function) ? "" : "not in the vocabulary";
}

}  // namespace

std::string FunctionsText(const Machine& machine, const Look& look) {
  Table table({"function", "what it does", "devices"});
  for (const auto& [function, devices] : OffersOf(*machine.topology)) {
    std::string text;
    for (const VertexId id : devices) {
      text.append(text.empty() ? "" : ", ");
      text.append(KeyOf(*machine.topology, id));
    }
    table.AddRow(
        {Printable(function), std::string(Meaning(function)), std::move(text)});
  }
  if (table.empty())
    return "no accelerator of this machine offers a function\n";
  return table.ToText(look);
}

Document FunctionsDocument(const Machine& machine) {
  Document functions = Document::Array{};
  for (const auto& [name, devices] : OffersOf(*machine.topology)) {
    Document function;
    function.Set("function", name);
    function.Set("what", Meaning(name));
    Document keys = Document::Array{};
    for (const VertexId id : devices) {
      keys.Append(machine.topology->vertex(id).key);
    }
    function.Set("devices", std::move(keys));
    functions.Append(std::move(function));
  }
  Document document;
  document.Set("functions", std::move(functions));
  return document;
}

}  // namespace acceld::topo
