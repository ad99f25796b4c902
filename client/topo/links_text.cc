#include "client/topo/links_text.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "client/topo/describe.h"
#include "graph/link_width.h"
#include "graph/path_steps.h"
#include "graph/rate_text.h"

namespace acceld::topo {
namespace {

using graph::Link;
using graph::Relation;
using graph::Topology;
using graph::VertexId;

// Links that a person reads as one thing: same kind, same words.
struct Bundle {
  std::string kind;
  std::string words;
  std::set<std::pair<VertexId, VertexId>> pairs;  // smaller id first
};

using Bundles = std::map<std::pair<std::string, std::string>, Bundle>;

void AddPair(Bundles& bundles, std::string kind, std::string words, VertexId a,
             VertexId b) {
  Bundle& bundle = bundles[{kind, words}];
  bundle.kind = std::move(kind);
  bundle.words = std::move(words);
  bundle.pairs.insert(std::minmax(a, b));
}

bool AreLinked(const Topology& topology, VertexId a, VertexId b) {
  const auto links = topology.LinksOf(a);
  return std::any_of(links.begin(), links.end(), [&](std::uint32_t index) {
    return graph::OtherEnd(topology.links()[index], a) == b;
  });
}

// The memory's own line tells what this initiator sees of it.
bool IsStatedAccess(const Topology& topology, const Link& link) {
  return link.kind == LinkKind::kMemoryBus &&
         graph::StatedAccess(topology, link.from, link.to) != nullptr;
}

// By several; a single owner stands on the memory's own line.
bool IsShared(const Topology& topology, VertexId memory) {
  return topology.RelatedTo(memory, RelationKind::kSharesMemory).size() > 1;
}

std::string WordsOf(const Topology& topology, const Link& link) {
  const std::string width = graph::WidthOf(topology, link).text;
  const std::string rates = graph::RatesOf(link);
  return width.empty() ? rates : width + ", " + rates;
}

Bundles Collect(const Topology& topology, const graph::Hanging& hanging,
                const std::function<bool(const graph::Vertex&)>& keep) {
  const auto kept = [&](VertexId a, VertexId b) {
    return keep(topology.vertex(a)) && keep(topology.vertex(b));
  };
  Bundles bundles;
  for (const Link& link : topology.links()) {
    if (hanging.Shows(link) || !kept(link.from, link.to) ||
        IsStatedAccess(topology, link)) {
      continue;
    }
    AddPair(bundles, std::string(Name(link.kind)), WordsOf(topology, link),
            link.from, link.to);
  }
  for (const Relation& relation : topology.relations()) {
    if (relation.kind != RelationKind::kSharesMemory ||
        !kept(relation.from, relation.to) || !IsShared(topology, relation.to) ||
        AreLinked(topology, relation.from, relation.to)) {
      continue;
    }
    AddPair(bundles, "shared memory", "no link known", relation.from,
            relation.to);
  }
  return bundles;
}

Token KeyToken(const Topology& topology, VertexId id) {
  return {.text = KeyOf(topology, id), .role = Role::kKey};
}

// Every vertex of the bundle joined with every other.
bool IsMesh(const Bundle& bundle, const std::set<VertexId>& ends) {
  constexpr std::size_t kLeast = 3;
  return ends.size() >= kLeast &&
         bundle.pairs.size() == ends.size() * (ends.size() - 1) / 2;
}

// More than a line or two of names tell no more than their ends.
constexpr std::size_t kMostEnds = 16;

void AppendEnds(const Topology& topology, const std::set<VertexId>& ends,
                const Look& look, std::vector<Token>& tokens) {
  if (ends.size() <= kMostEnds) {
    for (const VertexId end : ends) tokens.push_back(KeyToken(topology, end));
    return;
  }
  tokens.push_back(KeyToken(topology, *ends.begin()));
  tokens.push_back({.text = std::string(look.ellipsis())});
  tokens.push_back(KeyToken(topology, *ends.rbegin()));
  tokens.push_back({.text = "(" + std::to_string(ends.size()) + " in all)"});
}

// Of what is left, always the vertex with the most links next: a hub then
// takes one line, not one for each of its members.
void AppendStars(const Topology& topology, const Bundle& bundle,
                 const Look& look, std::string& out) {
  std::map<VertexId, std::set<VertexId>> ends;
  for (const auto& [a, b] : bundle.pairs) {
    ends[a].insert(b);
    ends[b].insert(a);
  }
  while (true) {
    const auto centre = std::max_element(
        ends.begin(), ends.end(), [](const auto& x, const auto& y) {
          return x.second.size() < y.second.size();
        });
    if (centre == ends.end() || centre->second.empty()) return;
    std::vector<Token> tokens = {{.text = bundle.kind},
                                 KeyToken(topology, centre->first),
                                 {.text = std::string(look.dash())}};
    AppendEnds(topology, centre->second, look, tokens);
    tokens.push_back({.text = bundle.words});
    AppendWrapped(look, "  ", "      ", tokens, out);
    for (const VertexId end : centre->second) ends[end].erase(centre->first);
    centre->second.clear();
  }
}

void AppendBundle(const Topology& topology, const Bundle& bundle,
                  const Look& look, std::string& out) {
  std::set<VertexId> ends;
  for (const auto& [a, b] : bundle.pairs) ends.insert({a, b});
  if (!IsMesh(bundle, ends)) return AppendStars(topology, bundle, look, out);
  std::vector<Token> tokens = {{.text = bundle.kind},
                               {.text = "each to each:"}};
  AppendEnds(topology, ends, look, tokens);
  tokens.push_back({.text = bundle.words});
  AppendWrapped(look, "  ", "      ", tokens, out);
}

}  // namespace

void AppendLinks(const Topology& topology, const graph::Hanging& hanging,
                 const Look& look,
                 const std::function<bool(const graph::Vertex&)>& keep,
                 std::string& out) {
  const Bundles bundles = Collect(topology, hanging, keep);
  if (bundles.empty()) return;
  out.append("\n");
  out.append(look.Paint("Links that are not in the tree", Role::kHeading));
  out.append("\n");
  for (const auto& [words, bundle] : bundles) {
    AppendBundle(topology, bundle, look, out);
  }
}

}  // namespace acceld::topo
