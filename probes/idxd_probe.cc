#include "probes/idxd_probe.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "probes/accelerator.h"
#include "probes/attribute_writer.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/health_report.h"
#include "probes/idxd_operations.h"
#include "probes/idxd_queue.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kDevices = "sys/bus/dsa/devices";

bool IsNumber(std::string_view text) {
  return !text.empty() && text.size() <= 6 &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

// "0" of "dsa0" with prefix "dsa"; nothing for another name.
std::optional<std::string> NumberAfter(std::string_view prefix,
                                       std::string_view name) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  if (!IsNumber(name)) return std::nullopt;
  return std::string(name);
}

// "0" of "wq0.3". Groups, engines, nodes ("dsa!wq0.3") and files are on the
// same bus.
std::optional<std::string> DeviceNumberOfQueue(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || !IsNumber(name.substr(dot + 1))) {
    return std::nullopt;
  }
  return NumberAfter("wq", name.substr(0, dot));
}

class DeviceWriter {
 public:
  DeviceWriter(const FactReader& reader, const FactIndex& index,
               const Accelerator& accelerator, IdxdDevice& device)
      : index_(index),
        accelerator_(accelerator),
        device_(device),
        writer_(reader, accelerator.key, accelerator.class_path) {}

  void Run() const {
    writer_.Add(attr::kName,
                std::string(device_.kind == IdxdKind::kDsa
                                ? "Data Streaming Accelerator "
                                : "In-Memory Analytics Accelerator ") +
                    device_.name,
                {Evidence::kComputed, "/" + accelerator_.class_path});
    AddGrant();
    AddOperations();
    AddSva();
    AddHealth();
    writer_.CopyText("version", "hardware_version");
    writer_.CopyInteger("max_work_queues", "max_work_queues");
    writer_.CopyInteger("max_work_queues_size", "max_work_queues_size");
    writer_.CopyInteger("max_engines", "max_engines");
    writer_.CopyInteger("max_groups", "max_groups");
    writer_.CopyInteger("max_batch_size", "max_batch_size");
    writer_.CopyInteger("max_read_buffers", "max_read_buffers");
    writer_.CopyBytes("max_transfer_size", "max_transfer_size");
    writer_.CopyFlag("configurable", "configurable");
    device_.major = writer_.reader().IntegerIn(writer_.Path("cdev_major"), 1,
                                               0xfff);  // MAJOR
  }

 private:
  void AddGrant() const {
    writer_.Add(attr::kGrant, std::string("ticket"),
                {Evidence::kComputed,
                 "drivers/dma/idxd/cdev.c: open() binds the opener's address "
                 "space"});
    writer_.Add("submission", std::string("write"),
                {Evidence::kComputed,
                 "drivers/dma/idxd/cdev.c: mmap of the portal wants "
                 "CAP_SYS_RAWIO (INTEL-SA-01084)"});
  }

  void AddOperations() const {
    const FactReader& reader = writer_.reader();
    const std::string file = writer_.Path("op_cap");
    const auto text = reader.Text(file);
    if (!text) return;
    const auto operations = ParseIdxdOperations(*text);
    if (!operations) {
      reader.Fault(file, operations.error().code, operations.error().message);
      return;
    }
    device_.operations = *operations;
    writer_.Add("operations", IdxdOperationNames(device_.kind, *operations),
                FromKernel(file));
    auto functions = IdxdFunctions(device_.kind, *operations);
    if (functions.empty()) return;
    writer_.Add(
        attr::kFunctions, std::move(functions),
        {Evidence::kComputed, "/" + file + " in the words of the vocabulary"});
  }

  // pasid_enabled: the driver has turned PASIDs for users on. x86 kernels of
  // some versions refuse every bind all the same (-EOPNOTSUPP), which no file
  // shows.
  void AddSva() const {
    const std::string file = writer_.Path("pasid_enabled");
    const auto enabled = writer_.reader().IntegerIn(file, 0, 1);
    if (!enabled) {
      InheritSva(writer_.reader(), index_, accelerator_);
      return;
    }
    writer_.Add(attr::kSva, std::string(*enabled == 1 ? "possible" : "no"),
                FromKernel(file));
    using Texts = std::vector<std::string>;
    if (*enabled == 1) {
      writer_.Add(attr::kSvaCaveats,
                  Texts{"some kernels refuse every bind on x86 (EOPNOTSUPP), "
                        "which sysfs does not show"},
                  FromKernel(file));
    } else {
      writer_.Add(attr::kSvaReasons,
                  Texts{"the driver could not turn PASIDs on for users (kernel "
                        "options intel_iommu=on,sm_on)"},
                  FromKernel(file));
    }
    if (index_.Get(accelerator_.owner, attr::kPasidEnabled) == nullptr) {
      writer_.AddFrom("pasid_enabled", attr::kPasidEnabled, *enabled == 1);
    }
  }

  void AddHealth() const {
    const FactReader& reader = writer_.reader();
    const std::string file = writer_.Path("state");
    if (const auto state = reader.Text(file)) {
      HealthReport report;
      if (*state == "halted") {
        report.Failed("the device has halted", file);
      } else if (*state == "enabled" || *state == "disabled") {
        report.Ok(file);
      } else {
        reader.Fault(file, ErrorCode::kCorruptInput, "no known state");
      }
      report.AddTo(reader.facts(), writer_.key());
    }
    // What the last command said, and the record of the last software error (a
    // client's descriptor may have made it: no fault of the device).
    AddUnlessZero("cmd_status", "command_status");
    AddUnlessZero("errors", "software_error");
  }

  void AddUnlessZero(std::string_view file, std::string_view name) const {
    const auto text = writer_.reader().Text(writer_.Path(file));
    if (!text || text->find_first_not_of("0x,") == std::string::npos) return;
    writer_.CopyText(file, name);
  }

  const FactIndex& index_;
  const Accelerator& accelerator_;
  IdxdDevice& device_;
  AttributeWriter writer_;
};

void AddDevice(const FactReader& reader, const FactIndex& index,
               IdxdDevice device, const std::vector<std::string>& queues) {
  // The function's directory: the device's own driver is bound only while it
  // is enabled.
  const std::string path = std::string(kDevices) + "/" + device.name;
  const auto accelerator = AddAccelerator(reader, index,
                                          {.framework = "idxd",
                                           .class_path = path,
                                           .name = device.name,
                                           .node_directory = "",
                                           .device_path = path + "/.."});
  if (!accelerator) return;
  device.key = accelerator->key;
  DeviceWriter(reader, index, *accelerator, device).Run();
  bool has_queues = false;
  for (const std::string& name : queues) {
    has_queues |= AddIdxdQueue(reader, device, name);
  }
  if (has_queues) return;
  const AttributeWriter writer(reader, device.key, accelerator->class_path);
  const Provenance from{Evidence::kComputed,
                        "/" + std::string(kDevices) + ": no configured wq"};
  writer.Add(attr::kInstances, std::int64_t{0}, from);
  writer.Add("not_offered", std::string("no work queue is configured"), from);
}

}  // namespace

void RunIdxdProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  const auto names = reader.Names(std::string(kDevices));
  std::unordered_map<std::string, std::vector<std::string>> queues;
  for (const std::string& name : names) {
    if (const auto number = DeviceNumberOfQueue(name)) {
      queues[*number].push_back(name);
    }
  }
  for (const std::string& name : names) {
    IdxdDevice device;
    device.name = name;
    if (const auto dsa = NumberAfter("dsa", name)) {
      AddDevice(reader, index, device, queues[*dsa]);
    } else if (const auto iax = NumberAfter("iax", name)) {
      device.kind = IdxdKind::kIaa;
      AddDevice(reader, index, device, queues[*iax]);
    }
  }
}

}  // namespace acceld::probes
