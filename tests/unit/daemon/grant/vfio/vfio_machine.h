// A machine with one function to be leased by VFIO, its topology and a binder:
// what the tests of the binder share. Tests only.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/attribute.h"
#include "daemon/grant/binder.h"
#include "daemon/grant/holders.h"
#include "daemon/grant/vfio/vfio_binder.h"
#include "graph/topology.h"
#include "placement/request.h"
#include "probes/vfio_offers.h"
#include "tests/support/machine_facts.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/daemon/grant/vfio/fake_kernel.h"

namespace acceld::testing {

struct VfioMachine {
  static constexpr const char* kDisk = "0000:3a:00.0";
  static constexpr const char* kAudio = "0000:3a:00.1";
  static constexpr int kGroup = 30;
  static constexpr const char* kGroupNode = "/dev/vfio/30";

  explicit VfioMachine(const std::string& driver = "nvme", bool loaded = true)
      : kernel(loaded) {
    offers.offers = {{0x1234, 1, "", "", {"copy"}, {"nvme", "none"}},
                     {0x1234, 2, "", "", {"copy"}, {"snd"}}};
    kernel.Add({kDisk, 1, driver, kGroup});
    const std::string pci = std::string("pci:") + kDisk;
    const std::string key = std::string("accelerator:vfio-") + kDisk;
    topology = MachineFacts()
                   .Thing("numa:0")
                   .Link("numa:0", pci, LinkKind::kPcie, 16, 100)
                   .Relation(key, pci, RelationKind::kAcceleratorOf)
                   .Attribute(pci, attr::kAddress, std::string(kDisk))
                   .Attribute(key, attr::kFramework, std::string("vfio"))
                   .Build();
    stage.name = "read";
    stage.function = "copy";
  }

  // A binder of a daemon that starts now.
  [[nodiscard]] std::unique_ptr<daemon::vfio::VfioBinder> Start() {
    return std::make_unique<daemon::vfio::VfioBinder>(
        daemon::vfio::VfioBinder::Parts{
            root, kernel, kernel, kernel, offers,
            [this](dev_t) {
              return Result<std::vector<daemon::Holder>>(holders);
            }},
        daemon::vfio::Journal::Open(directory.At("vfio")));
  }
  [[nodiscard]] Result<daemon::Bound> Bind(daemon::vfio::VfioBinder& binder) {
    return binder.Bind(
        {grantee, *topology,
         *topology->Find(std::string("accelerator:vfio-") + kDisk), stage, 0});
  }
  // Files of the journal: one for each group that was taken.
  [[nodiscard]] std::vector<std::string> JournalFiles() const {
    return SysRoot::Open(directory.At("vfio"))->List(".").value();
  }

  FakeKernel kernel;
  SysRoot root = kernel.root();
  TempDir directory;
  probes::VfioOffers offers;
  std::vector<daemon::Holder> holders;
  std::shared_ptr<const graph::Topology> topology;
  daemon::Grantee grantee;
  placement::Stage stage;
};

}  // namespace acceld::testing
