// KFD's topology in a SysTree, written from drivers/gpu/drm/amd/amdkfd/
// kfd_topology.c (node_show, mem_show, iolink_show) and kfd_crat.c. Tests only.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/support/sys_tree.h"

namespace acceld::testing {

struct KfdGpuSpec {
  int node = 0;
  std::string name = "aldebaran";
  int location = 0;  // bus << 8 | device << 3 | function
  int render_minor = 128;
  std::uint64_t unique_id = 0;
  std::uint64_t hive_id = 0;
  int gfx_target_version = 90010;  // MI210
};

class KfdTree {
 public:
  explicit KfdTree(SysTree& tree) : tree_(tree) {
    tree.AddFile("sys/class/kfd/kfd/dev", "234:0\n");
  }

  static std::string PathOf(int node) {
    return "sys/class/kfd/kfd/topology/nodes/" + std::to_string(node);
  }

  void AddCpu(int node) {
    const std::string path = PathOf(node);
    tree_.AddFile(path + "/gpu_id", "0\n");
    tree_.AddFile(path + "/name", "\n");
    tree_.AddFile(path + "/properties",
                  "cpu_cores_count 4\nsimd_count 0\nmem_banks_count 1\n"
                  "location_id 0\ndomain 0\ndrm_render_minor 0\nhive_id 0\n");
    AddBank(node, 0, 0, 1024);
  }

  void AddGpu(const KfdGpuSpec& spec) {
    const std::string path = PathOf(spec.node);
    tree_.AddFile(path + "/gpu_id", std::to_string(1000 + spec.node) + "\n");
    tree_.AddFile(path + "/name", spec.name + "\n");
    tree_.AddFile(
        path + "/properties",
        "cpu_cores_count 0\nsimd_count 416\nmem_banks_count 1\n" +
            Line("gfx_target_version", spec.gfx_target_version) +
            "vendor_id 4098\ndevice_id 29711\n" +
            Line("location_id", static_cast<std::uint32_t>(spec.location)) +
            "domain 0\n" + Line("drm_render_minor", spec.render_minor) +
            Line("hive_id", spec.hive_id) +
            "num_sdma_engines 2\nnum_sdma_xgmi_engines 3\n"
            "num_sdma_queues_per_engine 8\nnum_cp_queues 24\n"
            "local_mem_size 0\nfw_version 92\nsdma_fw_version 9\n" +
            Line("unique_id", spec.unique_id) + "num_xcc 1\n");
  }

  void AddBank(int node, int heap, int bank, std::uint64_t size,
               int width = 4096, int clock = 1600) {
    tree_.AddFile(
        PathOf(node) + "/mem_banks/" + std::to_string(bank) + "/properties",
        Line("heap_type", heap) + Line("size_in_bytes", size) + "flags 0\n" +
            Line("width", width) + Line("mem_clk_max", clock));
  }

  // One direction; bandwidths in MB/s.
  void AddLink(int from, int to, int type, int weight, int bandwidth,
               const std::string& folder = "io_links") {
    const std::string path = PathOf(from) + "/" + folder;
    tree_.AddFile(path + "/" + std::to_string(links_[path]++) + "/properties",
                  Line("type", type) + "version_major 0\nversion_minor 0\n" +
                      Line("node_from", from) + Line("node_to", to) +
                      Line("weight", weight) +
                      "min_latency 0\nmax_latency 0\n" +
                      Line("min_bandwidth", bandwidth) +
                      Line("max_bandwidth", bandwidth) +
                      "recommended_transfer_size 0\nflags 1\n");
  }
  void AddLinks(int a, int b, int type, int weight, int bandwidth) {
    AddLink(a, b, type, weight, bandwidth);
    AddLink(b, a, type, weight, bandwidth);
  }

 private:
  template <typename T>
  static std::string Line(const char* name, T value) {
    return std::string(name) + " " + std::to_string(value) + "\n";
  }

  SysTree& tree_;
  std::map<std::string, int> links_;  // by folder: how many it has
};

}  // namespace acceld::testing
