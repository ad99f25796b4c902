#include "client/topo/diff.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "client/topo/change_text.h"
#include "client/topo/describe.h"
#include "graph/hanging.h"

namespace acceld::topo {
namespace {

using graph::Change;
using graph::Diff;
using graph::EdgeChange;
using graph::ValueChange;
using graph::VertexChange;

// "+ pci:0000:01:00.0"
std::string SignedText(Change change, std::string_view what) {
  return std::string(SignOf(change)) + " " + Printable(what);
}

// How many links or relations end at each key that came or went.
class Ends {
 public:
  explicit Ends(const Diff& diff) {
    for (const VertexChange& vertex : diff.vertices) {
      if (vertex.change != Change::kChanged) counts_[vertex.key] = {};
    }
    for (const auto& link : diff.links) Count(link, &Counts::links);
    for (const auto& one : diff.relations) Count(one, &Counts::relations);
  }
  template <typename Kind>
  [[nodiscard]] bool Implies(const EdgeChange<Kind>& edge) const {
    return counts_.contains(edge.from) || counts_.contains(edge.to);
  }
  // "with 1 link, 2 relations"; "" where it has none.
  [[nodiscard]] std::string TextOf(const std::string& key) const {
    const auto at = counts_.find(key);
    if (at == counts_.end()) return {};
    std::string text;
    const auto add = [&text](std::size_t count, std::string_view what) {
      if (count == 0) return;
      text.append(text.empty() ? "with " : ", ");
      text.append(std::to_string(count)).append(" ").append(what);
      if (count != 1) text.append("s");
    };
    add(at->second.links, "link");
    add(at->second.relations, "relation");
    return text;
  }

 private:
  struct Counts {
    std::size_t links = 0;
    std::size_t relations = 0;
  };
  template <typename Kind>
  void Count(const EdgeChange<Kind>& edge, std::size_t Counts::*which) {
    for (const std::string& key : {edge.from, edge.to}) {
      const auto at = counts_.find(key);
      if (at != counts_.end()) ++(at->second.*which);
    }
  }
  std::map<std::string, Counts> counts_;
};

void AppendValues(const std::vector<ValueChange>& values, const Look& look,
                  std::string& out) {
  std::size_t width = 0;
  for (const ValueChange& value : values) {
    width = std::max(width, Columns(value.name));
  }
  const std::string_view arrow = Arrow(look);
  for (const ValueChange& value : values) {
    std::string name = Printable(value.name);
    name.resize(std::max(width, name.size()), ' ');
    std::vector<Token> tokens = {
        {.text = std::move(name), .role = Role::kFaint},
        {.text = SideText(value.before, look)
                     .append(arrow)
                     .append(SideText(value.after, look))}};
    const bool same_value = value.before && value.after &&
                            value.before->value == value.after->value;
    if (same_value) {
      tokens.push_back({.text = Printable(value.before->from.source) +
                                std::string(arrow) +
                                Printable(value.after->from.source),
                        .role = Role::kFaint});
    }
    if (value.is_volatile) {
      tokens.push_back({.text = "(changes with use)", .role = Role::kFaint});
    }
    AppendWrapped(look, "    ", "      ", tokens, out);
  }
}

// What came or went is described as the tree describes it.
class VertexLines {
 public:
  VertexLines(const Machine& before, const Machine& after, const Diff& diff,
              const Look& look)
      : before_(*before.topology),
        after_(*after.topology),
        hanging_before_(before_),
        hanging_after_(after_),
        ends_(diff),
        look_(look) {}

  void Append(const VertexChange& change, std::string& out) const {
    const bool gone = change.change == Change::kRemoved;
    std::vector<Token> tokens = {{.text = SignedText(change.change, change.key),
                                  .role = RoleOf(change.change)}};
    if (change.change != Change::kChanged) {
      const graph::Topology& topology = gone ? before_ : after_;
      const auto id = topology.Find(change.key);
      if (id) {
        for (Token& token :
             Describe(topology, gone ? hanging_before_ : hanging_after_,
                      topology.vertex(*id))) {
          tokens.push_back(std::move(token));
        }
      }
      std::string ends = ends_.TextOf(change.key);
      if (!ends.empty()) {
        tokens.push_back({.text = std::move(ends), .role = Role::kFaint});
      }
    }
    AppendWrapped(look_, "", "    ", tokens, out);
    AppendValues(change.values, look_, out);
  }
  [[nodiscard]] const Ends& ends() const { return ends_; }

 private:
  const graph::Topology& before_;
  const graph::Topology& after_;
  graph::Hanging hanging_before_;
  graph::Hanging hanging_after_;
  Ends ends_;
  const Look& look_;
};

template <typename Kind>
void AppendEdges(std::string_view what,
                 const std::vector<EdgeChange<Kind>>& edges, const Ends& ends,
                 const Look& look, std::string& out) {
  std::string text;
  for (const EdgeChange<Kind>& edge : edges) {
    if (ends.Implies(edge)) continue;
    AppendWrapped(look, "", "    ",
                  {{.text = SignedText(edge.change, Name(edge.kind)),
                    .role = RoleOf(edge.change)},
                   {.text = Printable(edge.from)},
                   {.text = std::string(look.unicode ? "→" : "->")},
                   {.text = Printable(edge.to)}},
                  text);
    AppendValues(edge.values, look, text);
  }
  if (text.empty()) return;
  if (!out.empty()) out.append("\n");
  out.append(look.Paint(what, Role::kHeading)).append("\n").append(text);
}

void AppendFaults(const Diff& diff, const Look& look, std::string& out) {
  if (diff.faults.empty()) return;
  if (!out.empty()) out.append("\n");
  out.append(look.Paint("Faults", Role::kHeading)).append("\n");
  for (const graph::FaultChange& one : diff.faults) {
    AppendWrapped(look, "", "    ",
                  {{.text = SignedText(one.change, one.fault.where),
                    .role = RoleOf(one.change)},
                   {.text = Printable(one.fault.what)}},
                  out);
  }
}

template <typename Changes>
void Tally(const Changes& changes, std::map<Change, std::size_t>& counts) {
  for (const auto& one : changes) ++counts[one.change];
}

// "2 added, 1 changed": things, links, relations and faults together.
std::string Totals(const Diff& diff) {
  std::map<Change, std::size_t> counts;
  Tally(diff.vertices, counts);
  Tally(diff.links, counts);
  Tally(diff.relations, counts);
  Tally(diff.faults, counts);
  std::string text;
  for (const auto& [change, count] : counts) {
    if (!text.empty()) text.append(", ");
    text.append(std::to_string(count)).append(" ").append(Name(change));
  }
  return text + " (things, links, relations and faults)\n";
}

Document SideDocument(const Attribute& side) {
  Document document;
  document.Set("value", ToDocument(side.value));
  document.Set("evidence", EvidenceName(side.from.evidence));
  document.Set("source", side.from.source);
  return document;
}

Document ValuesDocument(const std::vector<ValueChange>& values) {
  Document array = Document::Array{};
  for (const ValueChange& value : values) {
    Document one;
    one.Set("name", value.name);
    if (value.before) one.Set("before", SideDocument(*value.before));
    if (value.after) one.Set("after", SideDocument(*value.after));
    one.Set("volatile", value.is_volatile);
    array.Append(std::move(one));
  }
  return array;
}

template <typename Kind>
Document EdgesDocument(const std::vector<EdgeChange<Kind>>& edges) {
  Document array = Document::Array{};
  for (const EdgeChange<Kind>& edge : edges) {
    Document one;
    one.Set("change", Name(edge.change));
    one.Set("from", edge.from);
    one.Set("to", edge.to);
    one.Set("kind", Name(edge.kind));
    one.Set("values", ValuesDocument(edge.values));
    array.Append(std::move(one));
  }
  return array;
}

}  // namespace

std::string DiffText(const Machine& before, const Machine& after,
                     const Diff& diff, const Look& look) {
  if (diff.empty()) return {};
  std::string out = look.Paint("--- " + Printable(before.origin), Role::kFaint);
  out.append("\n");
  out.append(look.Paint("+++ " + Printable(after.origin), Role::kFaint));
  out.append("\n");
  const VertexLines lines(before, after, diff, look);
  for (const VertexChange& change : diff.vertices) lines.Append(change, out);
  AppendEdges("Links", diff.links, lines.ends(), look, out);
  AppendEdges("Relations", diff.relations, lines.ends(), look, out);
  AppendFaults(diff, look, out);
  out.append("\n").append(Totals(diff));
  return out;
}

Document DiffDocument(const Machine& before, const Machine& after,
                      const Diff& diff) {
  Document vertices = Document::Array{};
  for (const VertexChange& change : diff.vertices) {
    Document one;
    one.Set("change", Name(change.change));
    one.Set("key", change.key);
    one.Set("kind", Name(change.kind));
    one.Set("values", ValuesDocument(change.values));
    vertices.Append(std::move(one));
  }
  Document faults = Document::Array{};
  for (const graph::FaultChange& change : diff.faults) {
    Document one;
    one.Set("change", Name(change.change));
    one.Set("code", ErrorCodeName(change.fault.code));
    one.Set("where", change.fault.where);
    one.Set("what", change.fault.what);
    faults.Append(std::move(one));
  }
  Document document;
  document.Set("before", before.origin);
  document.Set("after", after.origin);
  document.Set("same", diff.empty());
  document.Set("vertices", std::move(vertices));
  document.Set("links", EdgesDocument(diff.links));
  document.Set("relations", EdgesDocument(diff.relations));
  document.Set("faults", std::move(faults));
  return document;
}

}  // namespace acceld::topo
