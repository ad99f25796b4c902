#include "probes/idxd_queue.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "probes/accelerator.h"
#include "probes/attribute_writer.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kNotOffered = "not_offered";
constexpr std::int64_t kMostMinors = 0xfffff;  // MINORBITS, linux/kdev_t.h

struct QueueState {
  std::string type;   // "none", "kernel", "user"; empty: not known
  std::string mode;   // "dedicated", "shared"
  std::string state;  // "enabled", "disabled"
  std::int64_t clients = 0;
};

std::string TextIn(const FactReader& reader, const std::string& path) {
  return Printable(reader.Text(path).value_or(""));
}

// Why no client can open it; empty where one can.
std::string_view WhyNotOffered(const QueueState& queue) {
  if (queue.type == "kernel") return "the kernel uses this work queue";
  if (queue.type != "user") return "the work queue has no type";
  if (queue.state != "enabled") return "the work queue is not enabled";
  return {};
}

class QueueWriter {
 public:
  QueueWriter(const FactReader& reader, const IdxdDevice& device,
              const std::string& name, std::string key, std::string path)
      : device_(device),
        name_(name),
        path_(path),
        writer_(reader, std::move(key), std::move(path)) {}

  void Run(const QueueState& queue) const {
    AddConfiguration(queue);
    AddHolders(queue);
    AddOperations();
    const std::string_view reason = WhyNotOffered(queue);
    if (reason.empty()) {
      AddNode();
      AddCapacity(queue);
      return;
    }
    const Provenance from{Evidence::kComputed,
                          "/" + path_ + "/type, state: " + std::string(reason)};
    writer_.Add(attr::kInstances, std::int64_t{0}, from);
    writer_.Add(kNotOffered, std::string(reason), from);
  }

 private:
  void AddConfiguration(const QueueState& queue) const {
    writer_.Add(attr::kName,
                device_.name + " work queue " + name_ +
                    (queue.mode.empty() ? "" : ", " + queue.mode),
                {Evidence::kComputed, "/" + path_ + "/mode"});
    AddWord("type", "wq_type", queue.type);
    AddWord("mode", "wq_mode", queue.mode);
    AddWord("state", "wq_state", queue.state);
    writer_.CopyText("name", "wq_name");
    writer_.CopyText("driver_name", "wq_driver");
    writer_.CopyInteger("size", "wq_size");
    writer_.CopyInteger("threshold", "wq_threshold");
    writer_.CopyInteger("priority", "wq_priority");
    writer_.CopyInteger("group_id", "wq_group", -1);
    writer_.CopyBytes("max_transfer_size", "max_transfer_size");
    writer_.CopyInteger("max_batch_size", "max_batch_size");
    writer_.CopyFlag("block_on_fault", "block_on_fault");
    writer_.CopyFlag("ats_disable", "ats_disabled");
    writer_.CopyFlag("prs_disable", "prs_disabled");
  }

  void AddWord(std::string_view file, std::string_view name,
               const std::string& word) const {
    if (!word.empty()) writer_.AddFrom(file, name, word);
  }

  void AddNode() const {
    const std::string directory =
        device_.kind == IdxdKind::kDsa ? "/dev/dsa/" : "/dev/iax/";
    writer_.Add(attr::kNodePath, directory + name_, FromKernel(path_));
    // Not readable (ENXIO) until the queue is enabled.
    const std::string file = writer_.Path("cdev_minor");
    const auto minor = writer_.reader().IntegerIn(file, 0, kMostMinors);
    if (!minor || !device_.major) return;
    writer_.Add(attr::kDeviceNumber,
                std::to_string(*device_.major) + ":" + std::to_string(*minor),
                FromKernel(file));
  }

  void AddCapacity(const QueueState& queue) const {
    const Provenance from{Evidence::kComputed,
                          "/" + path_ +
                              "/mode: a dedicated work queue is opened once, "
                              "a shared one as often as there are PASIDs"};
    if (queue.mode == "shared") {
      writer_.Add(attr::kSharing, std::string("multi-app"), from);
      return;
    }
    if (queue.mode != "dedicated") return;
    writer_.Add(attr::kSharing, std::string("single-user"), from);
    writer_.Add(attr::kInstances, std::int64_t{1}, from);
    writer_.Add(attr::kInstancesFree,
                std::max<std::int64_t>(0, 1 - queue.clients),
                {Evidence::kComputed, "/" + path_ + "/clients"});
  }

  // The processes that opened it: wqM.N/dsa!wqM.N/fileY/pid (Linux 6.4).
  void AddHolders(const QueueState& queue) const {
    const FactReader& reader = writer_.reader();
    writer_.AddFrom("clients", "clients", queue.clients);
    if (queue.clients == 0) return;
    const std::string node =
        path_ + (device_.kind == IdxdKind::kDsa ? "/dsa!" : "/iax!") + name_;
    std::vector<std::int64_t> pids;
    for (const std::string& file : reader.Names(node)) {
      if (!file.starts_with("file")) continue;
      const std::string path = node + "/" + file + "/pid";
      if (const auto pid = reader.IntegerIn(path, 0, INT32_MAX)) {
        pids.push_back(*pid);
      }
    }
    if (pids.empty()) return;
    std::sort(pids.begin(), pids.end());
    std::vector<std::string> holders;
    for (const std::int64_t pid : pids) holders.push_back(std::to_string(pid));
    writer_.Add("holders", std::move(holders), FromKernel(node));
  }

  void AddOperations() const {
    const FactReader& reader = writer_.reader();
    const std::string file = writer_.Path("op_config");
    const auto text = reader.Text(file);
    if (!text) return;
    const auto operations = ParseIdxdOperations(*text);
    if (!operations) {
      reader.Fault(file, operations.error().code, operations.error().message);
      return;
    }
    if (device_.operations == *operations) return;  // the device says it
    writer_.Add("operations", IdxdOperationNames(device_.kind, *operations),
                FromKernel(file));
    writer_.Add(
        attr::kFunctions, IdxdFunctions(device_.kind, *operations),
        {Evidence::kComputed, "/" + file + " in the words of the vocabulary"});
  }

  const IdxdDevice& device_;
  const std::string& name_;
  std::string path_;
  AttributeWriter writer_;
};

}  // namespace

bool AddIdxdQueue(const FactReader& reader, const IdxdDevice& device,
                  const std::string& name) {
  std::string path = "sys/bus/dsa/devices/" + name;
  const QueueState queue{
      TextIn(reader, path + "/type"), TextIn(reader, path + "/mode"),
      TextIn(reader, path + "/state"),
      reader.IntegerIn(path + "/clients", 0, INT32_MAX).value_or(0)};
  const bool is_configured =
      queue.type != "none" ||
      reader.IntegerIn(path + "/size", 0, AttributeWriter::kMost) != 0;
  if (!is_configured) return false;
  auto key = AddEngine(reader, device.key, name, path);
  if (!key) return false;
  QueueWriter(reader, device, name, *std::move(key), std::move(path))
      .Run(queue);
  return true;
}

}  // namespace acceld::probes
