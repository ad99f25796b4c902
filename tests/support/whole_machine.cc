#include "tests/support/whole_machine.h"

#include <utility>
#include <vector>

#include "base/check.h"
#include "base/json.h"
#include "base/sys_root.h"
#include "base/utf8.h"
#include "client/topo/devices.h"
#include "client/topo/memory.h"
#include "client/topo/show.h"
#include "graph/machine_document.h"
#include "probes/machine_document.h"
#include "probes/probe.h"

namespace acceld::testing {
namespace {

class Counter : public ReadObserver {
 public:
  void OnFile(std::string_view /*path*/, std::string_view /*bytes*/) override {
    ++count_;
  }
  void OnRange(std::string_view /*path*/, std::size_t /*offset*/,
               std::string_view /*bytes*/) override {
    ++count_;
  }
  void OnNames(std::string_view /*path*/,
               const std::vector<std::string>& /*names*/) override {
    ++count_;
  }
  void OnExists(std::string_view /*path*/) override { ++count_; }
  void OnLink(std::string_view /*path*/) override { ++count_; }
  void OnError(std::string_view /*path*/, const Error& /*error*/) override {
    ++count_;
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  std::size_t count_ = 0;
};

void CheckPrintable(const probes::FactSet& facts) {
  for (const probes::EntityFact& entity : facts.entities) {
    ACCELD_CHECK(probes::IsKey(entity.key));
  }
  for (const probes::Fault& fault : facts.faults) {
    ACCELD_CHECK(Printable(fault.where, 4096) == fault.where);
    ACCELD_CHECK(Printable(fault.what, 4096) == fault.what);
  }
}

void CheckDocument(const graph::Topology& topology) {
  const std::string json = PrintJson(graph::MachineDocument(topology));
  auto read = probes::ParseMachineText(json);
  ACCELD_CHECK(read.has_value());
  const auto again =
      graph::Topology::Build(*std::move(read), topology.generation());
  ACCELD_CHECK(PrintJson(graph::MachineDocument(*again)) == json);
}

}  // namespace

WholeMachine ReadWholeMachine(const std::string& directory) {
  auto root = SysRoot::Open(directory);
  ACCELD_CHECK(root.has_value());
  probes::PrepareHwloc(*root);
  Counter counter;
  root->Observe(counter);
  WholeMachine whole;
  whole.facts = probes::ProbeMachine(*root);
  whole.reads = counter.count();
  CheckPrintable(whole.facts);
  whole.topology = graph::Topology::Build(whole.facts, 1);
  CheckDocument(*whole.topology);
  const topo::Machine machine{whole.topology, "a hostile tree"};
  const topo::Look look{.colour = false, .unicode = true, .width = 100};
  whole.text = topo::ShowText(machine, {.all_faults = true}, look);
  for (const std::string& text : {whole.text, topo::DevicesText(machine, look),
                                  topo::MemoryText(machine, look)}) {
    ACCELD_CHECK(IsUtf8(text));
    ACCELD_CHECK(text.find('\x1b') == std::string::npos);
  }
  return whole;
}

}  // namespace acceld::testing
