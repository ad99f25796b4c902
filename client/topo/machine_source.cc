#include "client/topo/machine_source.h"

#include <utility>

#include "base/document.h"
#include "base/sys_root.h"
#include "client/client.h"
#include "probes/machine_document.h"
#include "probes/probe.h"
#include "probes/recording/recorded_root.h"
#include "probes/vfio_offers.h"

namespace acceld::topo {
namespace {

Machine Build(probes::FactSet facts, std::string origin) {
  return {graph::Topology::Build(std::move(facts), 1), std::move(origin)};
}

Result<Machine> FromText(std::string_view text, std::string origin) {
  ACCELD_TRY(probes::FactSet facts, probes::ParseMachineText(text));
  return Build(std::move(facts), std::move(origin));
}

Result<Machine> FromHost(const std::string& file) {
  ACCELD_TRY(probes::FactSet facts, probes::ReadMachineFile(file));
  return Build(std::move(facts), "described in " + file);
}

// hwloc's root must be set before the bus connection starts a thread, so this
// comes first even where the daemon answers in the end.
Result<SysRoot> OpenLive() {
  ACCELD_TRY(SysRoot root, SysRoot::Open("/"));
  probes::PrepareHwloc(root);
  return root;
}

// "on the system bus", "at unix:path=/run/bus".
std::string PlaceOf(const std::string& bus) {
  const bool named = bus == "system" || bus == "session";
  return named ? "on the " + bus + " bus" : "at " + bus;
}

}  // namespace

Result<probes::Settings> ReadSettings(const SourceOptions& options) {
  probes::Settings settings;
  if (options.vfio_offers.empty()) return settings;
  if (options.sysroot.empty() && !options.direct) {
    return Fail(ErrorCode::kInvalidArgument,
                "--vfio-offers goes with --sysroot or --direct: acceld has "
                "VFIO offers of its own");
  }
  ACCELD_TRY(settings.vfio, probes::ReadVfioOffers(options.vfio_offers));
  return settings;
}

Result<Machine> LoadServedMachine(const SourceOptions& options) {
  const std::string& bus = options.bus;
  ACCELD_TRY(client::Client client, client::Client::Connect({bus}));
  ACCELD_TRY(const std::string text,
             client.Describe(Document(Document::Object{})));
  auto machine = FromText(text, "acceld " + PlaceOf(bus));
  if (!machine) {
    return Fail(std::move(machine.error()).In("the daemon's machine document"));
  }
  return machine;
}

Result<Machine> LoadMachine(const SourceOptions& options, std::string* notice) {
  if (!options.host.empty()) return FromHost(options.host);
  ACCELD_TRY(const probes::Settings settings, ReadSettings(options));
  if (!options.sysroot.empty()) {
    ACCELD_TRY(const auto opened,
               recording::RecordedRoot::Open(options.sysroot));
    const SysRoot& recorded = opened.root();
    probes::PrepareHwloc(recorded);
    return Build(probes::ProbeMachine(recorded, settings),
                 "recorded in " + options.sysroot);
  }
  ACCELD_TRY(const SysRoot live, OpenLive());
  if (!options.direct) {
    auto asked = LoadServedMachine(options);
    if (asked || asked.error().code != ErrorCode::kUnavailable) return asked;
    *notice = "no acceld answers " + PlaceOf(options.bus) +
              "; probing this machine directly";
  }
  return Build(probes::ProbeMachine(live, settings), "this machine");
}

}  // namespace acceld::topo
