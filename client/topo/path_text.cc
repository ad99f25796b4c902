#include "client/topo/path_text.h"

#include <utility>

#include "base/utf8.h"
#include "client/topo/describe.h"
#include "graph/link_width.h"
#include "graph/quantity.h"
#include "graph/rate_text.h"

namespace acceld::topo {
namespace {

using graph::Distance;
using graph::PathStep;
using graph::Topology;
using graph::VertexId;

std::string BandwidthText(BytesPerSecond bandwidth) {
  return bandwidth >= graph::kUnlimited ? "not limited"
                                        : graph::Readable(bandwidth);
}

std::string HopsText(int hops) {
  return std::to_string(hops) + (hops == 1 ? " link" : " links");
}

// One source where both values share it.
void AddSources(const graph::Rate& rate, std::vector<Token>& tokens) {
  const std::string& latency = rate.latency.from.source;
  const std::string& bandwidth = rate.bandwidth.from.source;
  const auto add = [&tokens](std::string_view label, const std::string& text) {
    if (text.empty()) return;
    tokens.push_back(
        {.text = std::string(label) + Printable(text), .role = Role::kFaint});
  };
  if (latency == bandwidth) return add("", latency);
  add("latency: ", latency);
  add("bandwidth: ", bandwidth);
}

void AppendStep(const Topology& topology, const PathStep& step,
                const Look& look, std::string& out) {
  const std::string_view line = look.unicode ? "  │  " : "  |  ";
  std::vector<Token> tokens;
  if (step.link == nullptr) {
    tokens.push_back({.text = "part of the same device", .role = Role::kFaint});
  } else {
    tokens.push_back({.text = std::string(Name(step.link->kind))});
    const graph::LinkWidth width = graph::WidthOf(topology, *step.link);
    if (!width.text.empty()) {
      tokens.push_back(
          {.text = width.text,
           .role = width.IsBelowMaximum() ? Role::kWarning : Role::kPlain});
    }
    tokens.push_back({.text = graph::TextOf(step.rate)});
    if (step.weakest) {
      tokens.push_back({.text = look.unicode ? "◀ weakest" : "<- weakest",
                        .role = Role::kWarning});
    }
    AddSources(step.rate, tokens);
  }
  AppendWrapped(look, line, std::string(line) + "  ", tokens, out);
  out.append("  ").append(look.Paint(KeyOf(topology, step.to), Role::kKey));
  out.push_back('\n');
}

// Where the numbers are not those of the path that is printed, say so.
std::string WhereFrom(const Topology& topology, VertexId from, VertexId to,
                      const Distance& distance,
                      const std::vector<PathStep>& steps) {
  if (const auto* stated = graph::StatedAccess(topology, from, to)) {
    return "stated for the pair: " + Printable(stated->provenance.source);
  }
  for (const PathStep& step : steps) {
    if (step.weakest && step.rate.bandwidth.value < distance.bandwidth) {
      return "of a wider path than the fastest one below";
    }
  }
  return {};
}

Document ListOf(const std::vector<std::string>& texts) {
  Document list = Document::Array{};
  for (const std::string& text : texts) list.Append(text);
  return list;
}

Document StepDocument(const Topology& topology, const PathStep& step) {
  Document document;
  document.Set("from", topology.vertex(step.from).key);
  document.Set("to", topology.vertex(step.to).key);
  if (step.link == nullptr) return document;
  document.Set("kind", Name(step.link->kind));
  const auto& bandwidth = step.rate.bandwidth;
  if (bandwidth.value < graph::kUnlimited) {
    document.Set("bandwidth", ToString(bandwidth.value));
  }
  document.Set("bandwidth_evidence", EvidenceName(bandwidth.from.evidence));
  document.Set("bandwidth_source", bandwidth.from.source);
  const auto& latency = step.rate.latency;
  document.Set("latency", ToString(latency.value));
  document.Set("latency_evidence", EvidenceName(latency.from.evidence));
  document.Set("latency_source", latency.from.source);
  document.Set("weakest", step.weakest);
  document.Set("degraded", ListOf(step.degraded));
  document.Set("limited", ListOf(step.limited));
  document.Set("may_be_idle", step.may_be_idle);
  return document;
}

}  // namespace

void AppendHeading(const Topology& topology, VertexId from, VertexId to,
                   const Look& look, std::string& out) {
  out.append(look.Paint(KeyOf(topology, from), Role::kKey));
  out.append(look.unicode ? " → " : " -> ");
  out.append(look.Paint(KeyOf(topology, to), Role::kKey)).append("\n");
}

void AppendField(std::string_view name, std::string value,
                 std::string_view remark, const Look& look, std::string& out) {
  std::string label(name);
  label.resize(11, ' ');
  out.append("  ").append(look.Paint(label, Role::kFaint)).append(value);
  if (!remark.empty())
    out.append("  ").append(look.Paint(remark, Role::kFaint));
  out.push_back('\n');
}

void AppendMeasures(const Topology& topology, VertexId from, VertexId to,
                    const Distance& distance,
                    const std::vector<PathStep>& steps, const Look& look,
                    std::string& out) {
  const std::string remark = WhereFrom(topology, from, to, distance, steps);
  AppendField("latency", graph::Readable(distance.latency), "", look, out);
  AppendField("bandwidth", BandwidthText(distance.bandwidth), remark, look,
              out);
  AppendField("hops", HopsText(distance.hops), "", look, out);
  AppendField("locality", std::string(Name(distance.locality)), "", look, out);
  AppendField("evidence", std::string(EvidenceName(distance.evidence)),
              "the weakest of what these numbers rest on", look, out);
}

void AppendSteps(const Topology& topology, const std::vector<PathStep>& steps,
                 const Look& look, std::string& out) {
  out.append("  ").append(
      look.Paint(KeyOf(topology, steps.front().from), Role::kKey));
  out.push_back('\n');
  for (const PathStep& step : steps) AppendStep(topology, step, look, out);
}

void SetMeasures(const Topology& topology, const Distance& distance,
                 const std::vector<PathStep>& steps, Document& document) {
  document.Set("latency", ToString(distance.latency));
  document.Set("latency_ns", distance.latency.value());
  if (distance.bandwidth < graph::kUnlimited) {
    document.Set("bandwidth", ToString(distance.bandwidth));
    document.Set("bandwidth_bytes_per_second", distance.bandwidth.value());
  }
  document.Set("hops", distance.hops);
  document.Set("locality", Name(distance.locality));
  document.Set("evidence", EvidenceName(distance.evidence));
  Document path = Document::Array{};
  for (const VertexId id : distance.path) path.Append(topology.vertex(id).key);
  document.Set("path", std::move(path));
  Document links = Document::Array{};
  for (const PathStep& step : steps) {
    links.Append(StepDocument(topology, step));
  }
  document.Set("links", std::move(links));
}

}  // namespace acceld::topo
