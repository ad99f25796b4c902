#include "client/topo/commands/commands.h"

namespace acceld::topo {
namespace {

constexpr Command kCommands[] = {
    {"show", "The machine as a tree (the default)", DeclareShow},
    {"distance", "Latency, bandwidth and path between two things",
     DeclareDistance},
    {"path", "Links, ACS, IOMMU and peer-to-peer between two things",
     DeclarePath},
    {"matrix", "How near each thing is to each other", DeclareMatrix},
    {"devices", "A table of the accelerators", DeclareDevices},
    {"functions", "What can be done here, and by which devices",
     DeclareFunctions},
    {"memory", "Memories and what each initiator sees of them", DeclareMemory},
    {"why", "All that is known of one thing, and from where", DeclareWhy},
    {"diff", "What differs between two machines, or then and now", DeclareDiff},
    {"export", "The machine as a picture or a graph, in a file", DeclareExport},
    {"watch", "What changes, as it happens", DeclareWatch},
    {"gather", "Record this machine's files, to be looked at elsewhere",
     DeclareGather},
    {"names", "Every key, one a line (for completion and scripts)",
     DeclareNames},
};

}  // namespace

std::span<const Command> AllCommands() { return kCommands; }

}  // namespace acceld::topo
