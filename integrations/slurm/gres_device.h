// The devices of a machine as Slurm counts them. Pure.
#pragma once

#include <string>
#include <vector>

#include "integrations/slurm/machine.h"

namespace acceld::slurm {

// One unit that a job can have.
struct GresDevice {
  std::string name;  // "gpu"
  std::string type;  // never empty
  // Device nodes that a job opens; empty: only counted. Several are one unit
  // (an instance of a GPU).
  std::vector<std::string> files;
  std::string why_no_file;  // for people; empty where there are files
  std::string cores;        // "0-15": logical indices; "": all, or not known
  std::vector<int> links;   // to each device of the name; empty: none is linked
  std::string key;          // of the vertex: an engine or a device
  std::string device;       // the device of that engine, or `key`
  std::string function;     // the PCI function behind it; "": none
};

// All devices that acceld hands out, engines (work queues, instances) each for
// itself, by name, then by PCI function and key. A device that several
// frameworks offer under one name counts once: that with device nodes.
[[nodiscard]] std::vector<GresDevice> FindGresDevices(const Machine& machine);

}  // namespace acceld::slurm
