#include "graph/diff.h"

#include <algorithm>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include "graph/natural_order.h"

namespace acceld::graph {
namespace {

constexpr std::string_view kDegraded = "degraded";

using Values = std::vector<Attribute>;  // sorted by name

bool IsSame(const Attribute& before, const Attribute& after,
            const DiffOptions& options) {
  return before.value == after.value &&
         (!options.provenance || before.from == after.from);
}

// "degraded" lists what is below its maximum. The speed alone comes and goes
// with the load; a lost lane does not.
bool IsSpeedAlone(const std::optional<Attribute>& degraded) {
  if (!degraded) return true;
  return degraded->value == AttributeValue(std::vector<std::string>{"speed"});
}

void Append(std::optional<Attribute> before, std::optional<Attribute> after,
            bool is_volatile, const DiffOptions& options,
            std::vector<ValueChange>& changes) {
  const std::string& name = before ? before->name : after->name;
  if (name == kDegraded && IsSpeedAlone(before) && IsSpeedAlone(after)) {
    is_volatile = true;
  }
  if (is_volatile && options.ignore_volatile) return;
  changes.push_back({name, std::move(before), std::move(after), is_volatile});
}

// `is_volatile`: of a name, whether its value is.
template <typename Volatile>
std::vector<ValueChange> ChangesOf(const Values& before, const Values& after,
                                   Volatile is_volatile,
                                   const DiffOptions& options) {
  std::vector<ValueChange> changes;
  auto old = before.begin();
  auto now = after.begin();
  while (old != before.end() || now != after.end()) {
    const bool gone =
        now == after.end() || (old != before.end() && old->name < now->name);
    const bool came =
        old == before.end() || (now != after.end() && now->name < old->name);
    if (gone) {
      Append(*old, std::nullopt, is_volatile(old->name), options, changes);
    } else if (came) {
      Append(std::nullopt, *now, is_volatile(now->name), options, changes);
    } else if (!IsSame(*old, *now, options)) {
      Append(*old, *now, is_volatile(old->name), options, changes);
    }
    if (!came) ++old;
    if (!gone) ++now;
  }
  return changes;
}

Values Sorted(Values values) {
  std::sort(
      values.begin(), values.end(),
      [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
  return values;
}

void AppendRate(const Rate& rate, std::string prefix, Values& values) {
  values.push_back(
      {prefix + "bandwidth", rate.bandwidth.value, rate.bandwidth.from});
  values.push_back({prefix + "latency", rate.latency.value, rate.latency.from});
}

Values ValuesOf(const Link& link) {
  Values values = link.attributes;
  AppendRate(link.forward, "", values);
  AppendRate(link.backward, "backward ", values);
  return Sorted(std::move(values));
}

Values ValuesOf(const Relation& relation) {
  return Sorted(relation.attributes);
}

bool Holds(const Values& values, std::string_view name) {
  return std::any_of(values.begin(), values.end(),
                     [name](const Attribute& one) { return one.name == name; });
}

// The bandwidth of a PCIe link is computed from its present speed, and as
// volatile as that, unless its width changed too.
auto VolatileOf(const Values& before, const Values& after) {
  const auto width = [](const Values& values) -> const AttributeValue* {
    for (const Attribute& one : values) {
      if (one.name == "width") return &one.value;
    }
    return nullptr;
  };
  const AttributeValue* old = width(before);
  const AttributeValue* now = width(after);
  const bool follows_speed = old != nullptr && now != nullptr && *old == *now &&
                             Holds(before, "speed") && Holds(after, "speed");
  return [follows_speed](std::string_view name) {
    return IsVolatile(name) || (follows_speed && name.ends_with("bandwidth"));
  };
}

std::vector<VertexChange> VertexChanges(const Topology& before,
                                        const Topology& after,
                                        const DiffOptions& options) {
  std::vector<VertexChange> changes;
  for (const Vertex& old : before.vertices()) {
    const auto id = after.Find(old.key);
    if (!id) {
      changes.push_back({Change::kRemoved, old.key, old.kind, {}});
      continue;
    }
    const Vertex& now = after.vertex(*id);
    VertexChange change{
        Change::kChanged, old.key, now.kind,
        ChangesOf(old.attributes, now.attributes, IsVolatile, options)};
    if (old.kind != now.kind) {
      const auto kind = [](const Vertex& vertex) {
        return Attribute{"kind", std::string(Name(vertex.kind)), {}};
      };
      change.values.insert(change.values.begin(),
                           {"kind", kind(old), kind(now), false});
    }
    if (!change.values.empty()) changes.push_back(std::move(change));
  }
  for (const Vertex& now : after.vertices()) {
    if (before.Find(now.key)) continue;
    changes.push_back({Change::kAdded, now.key, now.kind, {}});
  }
  std::sort(changes.begin(), changes.end(),
            [](const VertexChange& a, const VertexChange& b) {
              return NaturalLess(a.key, b.key);
            });
  return changes;
}

// A link or relation with its ends as keys.
template <typename Edge>
struct Placed {
  std::string_view from;
  std::string_view to;
  const Edge* edge = nullptr;
};

// By both keys in their order, and the kind: a topology holds one of each
// (graph/builder.h).
template <typename Edge>
using Places = std::map<
    std::tuple<std::string_view, std::string_view, decltype(Edge::kind)>,
    Placed<Edge>>;

// A link is one thing whichever end it was stated from; a relation is not.
Places<Link> PlacesOf(const Topology& topology, std::span<const Link> links) {
  Places<Link> places;
  for (const Link& link : links) {
    const std::string_view from = topology.vertex(link.from).key;
    const std::string_view to = topology.vertex(link.to).key;
    places.emplace(
        std::tuple(std::min(from, to), std::max(from, to), link.kind),
        Placed<Link>{from, to, &link});
  }
  return places;
}

Places<Relation> PlacesOf(const Topology& topology,
                          std::span<const Relation> relations) {
  Places<Relation> places;
  for (const Relation& relation : relations) {
    const std::string_view from = topology.vertex(relation.from).key;
    const std::string_view to = topology.vertex(relation.to).key;
    places.emplace(std::tuple(from, to, relation.kind),
                   Placed<Relation>{from, to, &relation});
  }
  return places;
}

// The values of `now`, seen in the direction in which `old` was stated.
Values ValuesAlong(const Placed<Link>& old, const Placed<Link>& now) {
  Link link = *now.edge;
  if (old.from != now.from) std::swap(link.forward, link.backward);
  return ValuesOf(link);
}

Values ValuesAlong(const Placed<Relation>&, const Placed<Relation>& now) {
  return ValuesOf(*now.edge);
}

template <typename Edge>
auto EdgeChanges(const Places<Edge>& before, const Places<Edge>& after,
                 const DiffOptions& options) {
  std::vector<EdgeChange<decltype(Edge::kind)>> changes;
  const auto push = [&](Change change, const Placed<Edge>& edge,
                        std::vector<ValueChange> values) {
    changes.push_back({change, std::string(edge.from), std::string(edge.to),
                       edge.edge->kind, std::move(values)});
  };
  auto old = before.begin();
  auto now = after.begin();
  while (old != before.end() || now != after.end()) {
    if (now == after.end() ||
        (old != before.end() && old->first < now->first)) {
      push(Change::kRemoved, old++->second, {});
    } else if (old == before.end() || now->first < old->first) {
      push(Change::kAdded, now++->second, {});
    } else {
      const Values then = ValuesOf(*old->second.edge);
      const Values today = ValuesAlong(old->second, now->second);
      auto values = ChangesOf(then, today, VolatileOf(then, today), options);
      if (!values.empty()) {
        push(Change::kChanged, old->second, std::move(values));
      }
      ++old;
      ++now;
    }
  }
  return changes;
}

std::vector<FaultChange> FaultChanges(const Topology& before,
                                      const Topology& after) {
  using Name = std::tuple<std::string_view, ErrorCode, std::string_view>;
  std::map<Name, std::pair<const probes::Fault*, int>> counts;  // after-before
  const auto count = [&counts](const Topology& topology, int step) {
    for (const probes::Fault& fault : topology.faults()) {
      auto& [seen, balance] = counts[{fault.where, fault.code, fault.what}];
      seen = &fault;
      balance += step;
    }
  };
  count(before, -1);
  count(after, 1);
  std::vector<FaultChange> changes;
  for (const auto& [name, counted] : counts) {
    const auto& [fault, balance] = counted;
    if (balance == 0) continue;
    changes.push_back(
        {balance < 0 ? Change::kRemoved : Change::kAdded, *fault});
  }
  return changes;
}

}  // namespace

std::string_view Name(Change change) {
  switch (change) {
    case Change::kAdded:
      return "added";
    case Change::kRemoved:
      return "removed";
    case Change::kChanged:
      return "changed";
  }
  return "unknown";
}

bool IsVolatile(std::string_view name) {
  for (const std::string_view end : {"_free", "_used", "_in_use"}) {
    if (name.ends_with(end)) return true;
  }
  return name == "power_state" || name == "runtime_status" ||
         name == "link_speed" || name == "speed";
}

Diff DiffOf(const Topology& before, const Topology& after,
            const DiffOptions& options) {
  Diff diff;
  diff.vertices = VertexChanges(before, after, options);
  diff.links = EdgeChanges(PlacesOf(before, before.links()),
                           PlacesOf(after, after.links()), options);
  diff.relations = EdgeChanges(PlacesOf(before, before.relations()),
                               PlacesOf(after, after.relations()), options);
  diff.faults = FaultChanges(before, after);
  return diff;
}

}  // namespace acceld::graph
