// Devices that the kernel removes and finds again, by its own events.
#include <gtest/gtest.h>

#include <string>

#include "graph/topology.h"
#include "tests/vm/cases/guest.h"
#include "tests/vm/cases/program.h"

namespace acceld::vm {
namespace {

// The edu device below the second socket's switch.
std::string EduAddress(const graph::Topology& topology) {
  for (const graph::Vertex& vertex : topology.vertices()) {
    if (vertex.kind == VertexKind::kPciFunction &&
        TextOf(topology, vertex.key, "device") == "11e8" &&
        TextOf(topology, vertex.key, "numa_node") == "1") {
      return TextOf(topology, vertex.key, "address");
    }
  }
  return {};
}

TEST(Hotplug, Function_RemovedAndRescanned_GoesAndComesBackAsItWas) {
  const auto before = ProbeGuest();
  const std::string address = EduAddress(*before);
  ASSERT_FALSE(address.empty());
  WriteAttribute("/sys/bus/pci/devices/" + address + "/remove", "1");
  EXPECT_FALSE(ProbeGuest()->Find("pci:" + address));
  WriteAttribute("/sys/bus/pci/rescan", "1");
  const auto after = ProbeGuest();
  EXPECT_TRUE(after->Find("pci:" + address));
  EXPECT_EQ(after->vertices().size(), before->vertices().size());
}

// With the daemon's own eyes: the kernel's events make a new snapshot, and
// accel-topo tells it as it happens.
TEST(Hotplug, Daemon_OnTheKernelsEvents_PublishesWhatLeftAndWhatCame) {
  const auto before = ProbeGuest();
  const std::string address = EduAddress(*before);
  ASSERT_FALSE(address.empty());
  const Daemon daemon;
  const Program watch({"/usr/bin/accel-topo", "watch", "--json"});
  ASSERT_TRUE(watch.Says("watching")) << watch.output();
  WriteAttribute("/sys/bus/pci/devices/" + address + "/remove", "1");
  EXPECT_TRUE(watch.Says("\"removed\"")) << watch.output();
  EXPECT_NE(watch.output().find("pci:" + address), std::string::npos);
  WriteAttribute("/sys/bus/pci/rescan", "1");
  EXPECT_TRUE(watch.Says("\"added\"")) << watch.output();
}

}  // namespace
}  // namespace acceld::vm
