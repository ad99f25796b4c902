#include "tests/support/fact_text.h"

#include <algorithm>

#include "base/attribute.h"
#include "base/error.h"
#include "base/topology_terms.h"
#include "base/units.h"

namespace acceld::testing {
namespace {

std::string SourceText(const Provenance& from) {
  return " [" + std::string(EvidenceName(from.evidence)) + ": " + from.source +
         "]";
}

std::string AttributeText(const Attribute& attribute) {
  return attribute.name + " = " + ToText(attribute.value) +
         SourceText(attribute.from);
}

std::string RateText(std::string_view name, const probes::LinkRate& rate) {
  std::string text;
  if (rate.bandwidth) {
    text.append(" ").append(name).append(" ");
    text.append(ToString(rate.bandwidth->value));
    text.append(SourceText(rate.bandwidth->from));
  }
  if (rate.latency) {
    text.append(" ").append(name).append(" ");
    text.append(ToString(rate.latency->value));
    text.append(SourceText(rate.latency->from));
  }
  return text;
}

class Writer {
 public:
  explicit Writer(const std::vector<std::string>& prefixes)
      : prefixes_(prefixes) {}

  [[nodiscard]] bool Wants(std::string_view key) const {
    return prefixes_.empty() || std::any_of(prefixes_.begin(), prefixes_.end(),
                                            [key](const std::string& prefix) {
                                              return key.starts_with(prefix);
                                            });
  }

  void Add(std::string line) { lines_.push_back(std::move(line)); }

  // Links and relations: the line of the edge, and one for each attribute.
  template <typename Edge>
  void AddEdge(std::string_view word, const Edge& edge,
               const std::string& rest) {
    if (!Wants(edge.from) && !Wants(edge.to)) return;
    const std::string line = std::string(word) + " " + edge.from + " -> " +
                             edge.to + " " + std::string(Name(edge.kind));
    Add(line + rest);
    for (const Attribute& attribute : edge.attributes) {
      Add(line + " " + AttributeText(attribute));
    }
  }

  [[nodiscard]] std::string Text() {
    std::sort(lines_.begin(), lines_.end());
    std::string text;
    for (const std::string& line : lines_) text.append(line).append("\n");
    return text;
  }

 private:
  const std::vector<std::string>& prefixes_;
  std::vector<std::string> lines_;
};

}  // namespace

std::string FactText(const probes::FactSet& facts,
                     const std::vector<std::string>& prefixes) {
  Writer writer(prefixes);
  for (const probes::EntityFact& entity : facts.entities) {
    if (!writer.Wants(entity.key)) continue;
    writer.Add("entity " + entity.key + " is " +
               std::string(Name(entity.kind)));
  }
  for (const probes::AttributeFact& fact : facts.attributes) {
    if (!writer.Wants(fact.key)) continue;
    writer.Add("entity " + fact.key + " " + AttributeText(fact.attribute));
  }
  for (const probes::LinkFact& link : facts.links) {
    writer.AddEdge(
        "link", link,
        RateText("->", link.forward) + RateText("<-", link.backward));
  }
  for (const probes::RelationFact& relation : facts.relations) {
    writer.AddEdge("relation", relation, SourceText(relation.provenance));
  }
  for (const probes::Fault& fault : facts.faults) {
    writer.Add("fault " + fault.where + ": " +
               std::string(ErrorCodeName(fault.code)) + ": " + fault.what);
  }
  return writer.Text();
}

}  // namespace acceld::testing
