#include "probes/cxl_links.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace acceld::probes {
namespace {

// "decoder1.0 256MiB 2x4KiB ram region0"
std::string Text(const CxlDecoder& decoder) {
  if (decoder.size == Bytes(0)) return decoder.name + " unused";
  std::string text = decoder.name + " " + ToString(decoder.size);
  if (decoder.ways > 1) {
    text += " " + std::to_string(decoder.ways) + "x" +
            ToString(decoder.granularity);
  }
  for (const std::string* word : {&decoder.mode, &decoder.region}) {
    if (!word->empty()) text += " " + *word;
  }
  return text;
}

class PortWriter {
 public:
  PortWriter(const FactReader& reader, const CxlBus& bus)
      : reader_(reader), bus_(bus) {}

  void Run() {
    for (const LinkFact& link : reader_.facts().links) {
      if (link.kind == LinkKind::kPcie) pcie_[{link.from, link.to}] = &link;
    }
    std::vector<LinkFact> links;
    for (const CxlPort& port : bus_.ports) {
      AddPort(port);
      if (auto link = LinkAbove(port)) links.push_back(*std::move(link));
    }
    auto& all = reader_.facts().links;
    std::move(links.begin(), links.end(), std::back_inserter(all));
    for (const CxlDecoder& decoder : bus_.decoders) AddDecoder(decoder);
    WriteLists();
  }

 private:
  void AddPort(const CxlPort& port) {
    FactSet& facts = reader_.facts();
    if (!port.key.empty()) {
      facts.AddAttribute(port.key, "cxl_port", port.name,
                         FromKernel(port.path + "/uport"));
    } else if (!port.is_root()) {
      reader_.Fault(port.path + "/uport", ErrorCode::kNotFound,
                    "leads to no PCI function or host bridge");
    }
    for (const CxlDport& dport : port.dports) {
      if (dport.key.empty()) continue;
      facts.AddAttribute(
          dport.key, "cxl_dport", dport.id,
          FromKernel(port.path + "/dport" + std::to_string(dport.id)));
    }
  }

  // The downstream port that `port` hangs on: the one that the kernel names
  // (since Linux 6.3), else the one above it in the PCI hierarchy.
  [[nodiscard]] const CxlDport* DportAbove(const CxlPort& port) const {
    const CxlPort* parent = bus_.FindPort(port.parent);
    if (parent == nullptr) return nullptr;
    for (const CxlDport& dport : parent->dports) {
      const bool is_above = port.parent_dport.empty()
                                ? port.uport.starts_with(dport.real + "/")
                                : port.parent_dport == dport.real;
      if (is_above) return &dport;
    }
    return nullptr;
  }

  [[nodiscard]] std::optional<LinkFact> LinkAbove(const CxlPort& port) const {
    const CxlDport* above = DportAbove(port);
    // A host bridge is a downstream port of the platform and a port itself.
    if (above == nullptr || above->key.empty() || port.key.empty() ||
        above->key == port.key) {
      return std::nullopt;
    }
    LinkFact link{above->key, port.key, LinkKind::kCxl, {}, {}, {}};
    const auto wires = pcie_.find({above->key, port.key});
    if (wires != pcie_.end()) {
      link.forward.bandwidth = wires->second->forward.bandwidth;
      link.backward.bandwidth = wires->second->backward.bandwidth;
      link.attributes = wires->second->attributes;
    }
    return link;
  }

  void AddDecoder(const CxlDecoder& decoder) {
    const CxlPort* port = bus_.FindPort(decoder.port);
    if (port == nullptr) return;
    if (port->is_root()) return AddWindow(decoder, *port);
    if (!port->key.empty()) {
      lists_[{port->key, "cxl_decoders"}].push_back(Text(decoder));
    }
  }

  // A root's decoder: addresses that the platform routes to host bridges.
  void AddWindow(const CxlDecoder& decoder, const CxlPort& root) {
    std::string text = Text(decoder);
    constexpr std::array kUses = {"ram", "pmem", "type2", "type3"};
    for (const char* use : kUses) {
      if (reader_.Text(decoder.path + "/cap_" + use) == "1") {
        text += std::string(" ") + use;
      }
    }
    const auto qos = reader_.Integer(decoder.path + "/qos_class");
    if (qos && *qos >= 0) text += " qos " + std::to_string(*qos);
    // "128,129": once for each way of the interleave.
    const std::string targets =
        "," + reader_.Text(decoder.path + "/target_list").value_or("") + ",";
    for (const CxlDport& dport : root.dports) {
      const std::string id = "," + std::to_string(dport.id) + ",";
      if (dport.key.empty() || targets.find(id) == std::string::npos) continue;
      lists_[{dport.key, "cxl_windows"}].push_back(text);
    }
  }

  void WriteLists() {
    for (auto& [of, texts] : lists_) {
      reader_.facts().AddAttribute(of.first, of.second, std::move(texts),
                                   FromKernel("sys/bus/cxl/devices/decoder*"));
    }
  }

  const FactReader& reader_;
  const CxlBus& bus_;
  std::map<std::pair<std::string, std::string>, const LinkFact*> pcie_;
  // By key and attribute.
  std::map<std::pair<std::string, std::string>, std::vector<std::string>>
      lists_;
};

}  // namespace

void AddCxlPorts(const FactReader& reader, const CxlBus& bus) {
  PortWriter(reader, bus).Run();
}

}  // namespace acceld::probes
