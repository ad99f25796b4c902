// DSA and IAA devices with their work queues, as
// Documentation/ABI/stable/sysfs-driver-dma-idxd has them.
#pragma once

#include <string>
#include <string_view>

#include "tests/unit/probes/framework_tree.h"

namespace acceld::testing {

struct IdxdQueueSpec {
  std::string name;                // "wq0.1"
  std::string_view type = "user";  // "none", "kernel", "user"
  std::string_view mode = "shared";
  std::string_view state = "enabled";
  int size = 16;
  int clients = 0;
  int minor = -1;  // negative: no cdev_minor (it is ENXIO)
};

class IdxdTree {
 public:
  explicit IdxdTree(FrameworkTree& machine) : machine_(machine) {}

  // A device on its own root bus. `name`: "dsa0"; `address`: "0000:6a:01.0".
  // Returns its directory.
  std::string AddDevice(const std::string& name, const std::string& address,
                        int device, std::string_view op_cap) {
    const std::string function =
        machine_.AddFunction(address, 0x8086, device, "idxd");
    const std::string path = function + "/" + name;
    Link(path, name);
    const auto write = [&](const char* file, std::string_view text) {
      machine_.tree.AddFile(path + "/" + file, text);
    };
    write("version", "0x100\n");
    write("state", "enabled\n");
    write("op_cap", op_cap);
    write("pasid_enabled", "1\n");
    write("cdev_major", name.starts_with("dsa") ? "236\n" : "235\n");
    write("cmd_status", "0\n");
    write("errors", Bitmap("00000000") + "\n");
    write("configurable", "1\n");
    write("max_groups", "4\n");
    write("max_engines", "4\n");
    write("max_work_queues", "8\n");
    write("max_work_queues_size", "128\n");
    write("max_transfer_size", "2147483648\n");
    // Files that an IAA does not have.
    if (name.starts_with("dsa")) write("max_batch_size", "1024\n");
    if (name.starts_with("dsa")) write("max_read_buffers", "96\n");
    return path;
  }

  // Returns its directory.
  std::string AddQueue(const std::string& device, const IdxdQueueSpec& queue) {
    const std::string path = device + "/" + queue.name;
    Link(path, queue.name);
    const auto write = [&](const char* file, std::string_view text) {
      machine_.tree.AddFile(path + "/" + file, std::string(text) + "\n");
    };
    write("type", queue.type);
    write("mode", queue.mode);
    write("state", queue.state);
    write("size", std::to_string(queue.size));
    write("clients", std::to_string(queue.clients));
    write("threshold", queue.mode == "shared" ? "12" : "0");
    write("priority", "10");
    write("group_id", "0");
    write("name", queue.type == "user" ? "app" : "");
    write("driver_name", queue.type == "user" ? "user" : "");
    write("block_on_fault", "1");
    write("ats_disable", "0");
    write("prs_disable", "0");
    write("max_transfer_size", "2097152");
    if (queue.minor >= 0) write("cdev_minor", std::to_string(queue.minor));
    return path;
  }

  // 256 bits of which only the lowest 32 may be set.
  static std::string Bitmap(const std::string& lowest) {
    std::string text;
    for (int i = 0; i < 7; ++i) text += "00000000,";
    return text + lowest;
  }

 private:
  void Link(const std::string& path, const std::string& name) {
    machine_.tree.AddDirectory(path);
    machine_.tree.AddLinkTo("sys/bus/dsa/devices/" + name, path);
  }

  FrameworkTree& machine_;
};

}  // namespace acceld::testing
