// The objects of the CXL bus as the kernel shows them, before they become
// facts: ports, decoders, memory devices and regions.
// Values; no threading rule. Used by the CXL probe.
// Source: /sys/bus/cxl/devices (Documentation/ABI/testing/sysfs-bus-cxl).
//
// Physical addresses are not kept, but for finding a region's memory blocks:
// the kernel shows most of them to root only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/units.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"

namespace acceld::probes {

// A downstream port: where a port (or endpoint) below may hang.
struct CxlDport {
  std::int64_t id = 0;  // the hardware's; decoders name their targets by it
  std::string key;      // "root-port:0000:80:00.0"; empty: no known vertex
  std::string real;     // "sys/devices/pci0000:80/0000:80:00.0"
};

// "root0" (the platform), "port1" (a host bridge or switch) or "endpoint2" (a
// memory device).
struct CxlPort {
  std::string name;
  std::string path;    // "sys/bus/cxl/devices/port1"
  std::string parent;  // name; empty for a root
  std::string key;     // what it is a port of: "host-bridge:0000:80",
                       // "switch-port:..." (upstream), "pci:..."
  std::string uport;   // that device's path below sys/devices
  std::vector<CxlDport> dports;
  std::string parent_dport;  // path below sys/devices; empty: not shown
  [[nodiscard]] bool is_root() const { return parent.empty(); }
};

struct CxlDecoder {
  std::string name;  // "decoder2.0"
  std::string path;
  std::string port;  // "endpoint2"
  Bytes size;        // of the addresses that it decodes; 0: unused
  std::int64_t ways = 1;
  Bytes granularity;
  Bytes device_size;        // dpa_size, of an endpoint's
  std::string mode;         // of an endpoint's: "ram", "pmem", "mixed", "none"
  std::string target_type;  // "expander", "accelerator"; of a root's: empty
  std::string region;       // "region0"; empty: none
};

struct CxlMemdev {
  std::string name;  // "mem0"
  std::string path;
  std::string real;  // "sys/devices/.../0000:81:00.0/mem0"
  std::string key;   // of its function; empty: not known
  Bytes ram;
  Bytes pmem;
};

struct CxlRegion {
  std::string name;  // "region0"
  std::string path;
  std::optional<std::int64_t> start;  // physical address
  Bytes size;
  std::int64_t ways = 1;
  Bytes granularity;
  std::string mode;                  // "ram", "pmem"; empty: not known
  std::vector<std::string> targets;  // names of endpoints' decoders, in the
                                     // order of the interleave
};

struct CxlBus {
  std::vector<CxlPort> ports;
  std::vector<CxlDecoder> decoders;
  std::vector<CxlMemdev> memdevs;
  std::vector<CxlRegion> regions;  // of a size; others are not yet anything

  // Places in `ports` and `decoders`, by name.
  std::unordered_map<std::string, std::size_t> port_places;
  std::unordered_map<std::string, std::size_t> decoder_places;

  // Null where there is none of that name.
  [[nodiscard]] const CxlPort* FindPort(const std::string& name) const;
  [[nodiscard]] const CxlDecoder* FindDecoder(const std::string& name) const;
};

// What a link of the bus leads to below sys/devices, by its path.
using CxlPlaces = std::unordered_map<std::string, std::string>;

// Empty on a machine without CXL. `index` knows the PCI functions and host
// bridges. Links in `places` are not followed again; those that are, are added.
[[nodiscard]] CxlBus ReadCxlBus(const FactReader& reader,
                                const FactIndex& index, CxlPlaces& places);

}  // namespace acceld::probes
