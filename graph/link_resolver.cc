#include "graph/link_resolver.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "graph/fact_merge.h"
#include "graph/link_defaults.h"

namespace acceld::graph {
namespace {

using probes::Fault;
using probes::LinkFact;
using probes::LinkRate;

// What is known so far of one link.
struct Draft {
  VertexId from;
  VertexId to;
  LinkRate forward;
  LinkRate backward;
  std::vector<Attribute> attributes;
  bool stated_both_ways = false;
};

// Drops a value that no link can have, with a fault.
template <typename T>
void DropBelow(std::optional<Sourced<T>>& rate, T least, std::string_view what,
               std::string_view where, std::vector<Fault>& faults) {
  if (!rate || rate->value >= least) return;
  AddFault(faults, where,
           std::string(what) + " of " + std::to_string(rate->value.value()) +
               "; it is assumed instead");
  rate.reset();
}

void MergeRate(LinkRate& in_place, LinkRate other, std::string_view where,
               std::vector<Fault>& faults) {
  DropBelow(other.bandwidth, BytesPerSecond(1), "bandwidth", where, faults);
  DropBelow(other.latency, Nanoseconds(0), "latency", where, faults);
  MergeSourced(in_place.bandwidth, std::move(other.bandwidth), "bandwidth",
               where, faults);
  MergeSourced(in_place.latency, std::move(other.latency), "latency", where,
               faults);
}

// One value of one direction: what is known, else what the other direction
// says (links are symmetric unless stated otherwise), else the default.
template <typename T>
Sourced<T> Complete(const std::optional<Sourced<T>>& known,
                    const std::optional<Sourced<T>>& other_direction,
                    const Sourced<T>& fallback) {
  if (known) return *known;
  if (!other_direction) return fallback;
  return {other_direction->value,
          {Evidence::kAssumed,
           "as the other direction: " + other_direction->from.source}};
}

Link Finish(Draft draft, LinkKind kind) {
  if (kind == LinkKind::kPcie) {
    // Both directions of a PCIe link train to one speed and width.
    const auto computed = PcieBandwidth(draft.attributes);
    if (!draft.forward.bandwidth) draft.forward.bandwidth = computed;
    if (!draft.backward.bandwidth) draft.backward.bandwidth = computed;
  }
  if (draft.stated_both_ways && draft.to < draft.from) {
    // Neither statement is better; the order of the facts must not show.
    std::swap(draft.from, draft.to);
    std::swap(draft.forward, draft.backward);
  }
  const Rate fallback = DefaultRate(kind);
  Link link;
  link.from = draft.from;
  link.to = draft.to;
  link.kind = kind;
  auto complete = [&](const LinkRate& known, const LinkRate& other) {
    return Rate{Complete(known.bandwidth, other.bandwidth, fallback.bandwidth),
                Complete(known.latency, other.latency, fallback.latency)};
  };
  link.forward = complete(draft.forward, draft.backward);
  link.backward = complete(draft.backward, draft.forward);
  link.attributes = std::move(draft.attributes);
  return link;
}

// Drafts by the unordered pair and the kind, so that a link that is stated
// from both of its ends is found again.
using Drafts = std::map<std::tuple<VertexId, VertexId, LinkKind>, Draft>;

void AddFact(LinkFact fact, VertexId from, VertexId to, Drafts& drafts,
             std::vector<Fault>& faults) {
  const std::string where = fact.from + " -> " + fact.to;
  auto [at, is_new] =
      drafts.try_emplace({std::min(from, to), std::max(from, to), fact.kind});
  Draft& draft = at->second;
  if (is_new) {
    draft.from = from;
    draft.to = to;
  }
  if (draft.from != from) {
    draft.stated_both_ways = true;
    std::swap(fact.forward, fact.backward);
  }
  MergeRate(draft.forward, std::move(fact.forward), where, faults);
  MergeRate(draft.backward, std::move(fact.backward), where, faults);
  for (Attribute& attribute : fact.attributes) {
    MergeAttribute(draft.attributes, std::move(attribute), where, faults);
  }
}

}  // namespace

std::vector<Link> ResolveLinks(
    std::vector<LinkFact> facts,
    const std::unordered_map<std::string, VertexId>& ids,
    std::vector<Fault>& faults) {
  Drafts drafts;
  for (LinkFact& fact : facts) {
    const auto from = ids.find(fact.from);
    const auto to = ids.find(fact.to);
    if (from == ids.end() || to == ids.end() || from == to) {
      AddFault(faults, fact.from + " -> " + fact.to,
               std::string(Name(fact.kind)) + " link " +
                   (from == to && from != ids.end() ? "to itself"
                                                    : "to an unknown thing"));
      continue;
    }
    const VertexId from_id = from->second;
    const VertexId to_id = to->second;
    AddFact(std::move(fact), from_id, to_id, drafts, faults);
  }
  std::vector<Link> links;
  links.reserve(drafts.size());
  for (auto& [place, draft] : drafts) {
    links.push_back(Finish(std::move(draft), std::get<LinkKind>(place)));
  }
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) {
    return std::tie(a.from, a.to, a.kind) < std::tie(b.from, b.to, b.kind);
  });
  return links;
}

}  // namespace acceld::graph
