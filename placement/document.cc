// ToDocument(): a placement as people and programs read it.
#include <utility>

#include "placement/placement.h"
#include "placement/rejections.h"

namespace acceld::placement {
namespace {

class DocumentWriter {
 public:
  DocumentWriter(const Request& request, const graph::Topology& topology)
      : request_(request), topology_(topology) {}

  [[nodiscard]] Document Stages(const Placement& placement) const {
    Document::Array stages;
    for (const StageAssignment& one : placement.stages) {
      const Stage& stage = request_.stages[one.stage];
      const auto node = topology_.NumaNodeOf(one.device);
      stages.push_back(Document::Object{
          {"stage", stage.name},
          {"replica", one.replica},
          {"device", Key(one.device)},
          {"function", stage.function},
          {"numa", node ? Key(*node) : std::string()},
      });
    }
    return stages;
  }

  [[nodiscard]] Document Buffers(const Placement& placement) const {
    Document::Array buffers;
    for (const BufferAssignment& one : placement.buffers) {
      const PipelineLink& link = request_.links[one.link];
      buffers.push_back(Document::Object{
          {"link", static_cast<std::int64_t>(one.link)},
          {"from", EndName(link.from)},
          {"to", EndName(link.to)},
          {"memory", Key(one.memory)},
          {"kind", KindOf(one.memory)},
          {"size", ToString(link.buffer->size)},
      });
    }
    return buffers;
  }

  [[nodiscard]] static Document Terms(const Placement& placement) {
    Document::Array terms;
    for (const CostTerm& term : placement.terms) {
      const bool has_path = term.bandwidth.value() > 0;
      terms.push_back(Document::Object{
          {"what", term.what},
          {"cost", term.cost},
          {"latency", has_path ? ToString(term.latency) : std::string()},
          {"bandwidth", has_path ? ToString(term.bandwidth) : std::string()},
      });
    }
    return terms;
  }

  [[nodiscard]] const std::string& Key(graph::VertexId id) const {
    return topology_.vertex(id).key;
  }

 private:
  [[nodiscard]] std::string EndName(std::size_t stage) const {
    return stage == kHost ? "host" : request_.stages[stage].name;
  }

  [[nodiscard]] std::string KindOf(graph::VertexId memory) const {
    const AttributeValue* kind =
        topology_.vertex(memory).Get(attr::kMemoryKind);
    return kind == nullptr ? std::string() : ToText(*kind);
  }

  const Request& request_;
  const graph::Topology& topology_;
};

}  // namespace

Document ToDocument(const Request& request, const graph::Topology& topology,
                    const Solved& solved) {
  const DocumentWriter writer(request, topology);
  const Placement& placement = solved.placement;
  Document document;
  document.Set("outcome", "placed");
  document.Set("total", placement.total);
  document.Set("proof", Name(solved.proof));
  document.Set("lower_bound", solved.lower_bound);
  document.Set("nodes", solved.nodes);
  document.Set("elapsed", ToString(solved.elapsed));
  document.Set("host", writer.Key(placement.host));
  document.Set("stages", writer.Stages(placement));
  document.Set("buffers", writer.Buffers(placement));
  document.Set("terms", DocumentWriter::Terms(placement));
  return document;
}

Document ToDocument(const Request& request, const CandidateSet& candidates,
                    const graph::Topology& topology, const Solved& solved) {
  Document document = ToDocument(request, topology, solved);
  SetRejections(document, request, candidates, topology);
  return document;
}

}  // namespace acceld::placement
