#include "probes/uacce_probe.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "probes/accelerator.h"
#include "probes/attribute_writer.h"
#include "probes/driver_traits.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/health_report.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kClass = "sys/class/uacce";

std::vector<std::string> Words(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n";
  std::vector<std::string> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(kSpace), text.size());
    words.push_back(Printable(text.substr(0, end)));
    text.remove_prefix(end);
  }
}

class DeviceWriter {
 public:
  DeviceWriter(const FactReader& reader, const FactIndex& index,
               const Accelerator& accelerator)
      : index_(index),
        accelerator_(accelerator),
        writer_(reader, accelerator.key, accelerator.class_path) {}

  void Run() const {
    // open() binds the opener's address space, and nothing checks it later: a
    // queue opened by somebody else would act on that one's memory.
    const Provenance rule{Evidence::kComputed,
                          "uacce: open() binds the address space, one queue "
                          "an open"};
    writer_.Add(attr::kGrant, std::string("ticket"), rule);
    writer_.Add(attr::kSharing, std::string("multi-app"), rule);
    AddFunctions();
    AddSva();
    AddCapacity();
    AddHealth();
    writer_.CopyBytes("region_mmio_size", "region_mmio_size");
    writer_.CopyBytes("region_dus_size", "region_dus_size");
  }

 private:
  [[nodiscard]] const FactReader& reader() const { return writer_.reader(); }

  void AddFunctions() const {
    const std::string file = writer_.Path("algorithms");
    const auto text = reader().Text(file);
    if (!text) return;
    std::vector<std::string> algorithms = Words(*text);
    std::set<std::string> functions;
    for (const std::string& algorithm : algorithms) {
      for (const std::string_view function : UacceFunctions(algorithm)) {
        functions.emplace(function);
      }
    }
    writer_.AddFrom("algorithms", "algorithms", std::move(algorithms));
    if (functions.empty()) return;
    writer_.Add(
        attr::kFunctions,
        std::vector<std::string>(functions.begin(), functions.end()),
        {Evidence::kComputed, "/" + file + " in the words of the vocabulary"});
  }

  // The flag says that the driver wanted SVA. Kernels of some versions keep it
  // where the IOMMU cannot do it, and then every open() fails: without it the
  // answer is no, with it the function's own is taken.
  void AddSva() const {
    constexpr std::int64_t kUacceDevSva = 1;  // UACCE_DEV_SVA, linux/uacce.h
    constexpr std::string_view kNoIommu = "_noiommu";  // of UADK's drivers
    const auto api = writer_.CopyText("api", "api");
    const auto flags = writer_.CopyInteger("flags", "flags", 0, 0xffffffff);
    if (!flags) return;
    using Texts = std::vector<std::string>;
    const bool is_wanted =
        (*flags & kUacceDevSva) != 0 && !(api && api->ends_with(kNoIommu));
    if (!is_wanted) {
      writer_.AddFrom("flags", attr::kSva, std::string("no"));
      writer_.AddFrom("flags", attr::kSvaReasons,
                      Texts{"the driver did not turn SVA on"});
      return;
    }
    if (index_.Get(accelerator_.owner, attr::kSva) != nullptr) {
      InheritSva(reader(), index_, accelerator_);
      return;
    }
    writer_.AddFrom("flags", attr::kSva, std::string("unknown"));
    writer_.AddFrom("flags", attr::kSvaReasons,
                    Texts{"the driver's flag proves nothing, and nothing is "
                          "known of the function"});
  }

  // Queues. A physical function of HiSilicon's has as many as its driver was
  // loaded for; the rest go to virtual functions, which do not say.
  void AddCapacity() const {
    const auto free =
        writer_.CopyInteger("available_instances", attr::kInstancesFree);
    const std::string file =
        accelerator_.device_path + "/driver/module/parameters/pf_q_num";
    const auto total = reader().IntegerIn(file, 1, AttributeWriter::kMost);
    if (!total || !free || *free > *total) return;
    if (reader().LinkName(accelerator_.device_path + "/physfn")) return;
    writer_.Add(attr::kInstances, *total,
                {Evidence::kComputed,
                 "/" + file + ": queues of the physical function"});
  }

  // isolate 1: the driver has taken the device out of use.
  void AddHealth() const {
    writer_.CopyInteger("isolate_strategy", "isolate_strategy", 0, 0xffff);
    const std::string file = writer_.Path("isolate");
    const auto isolated = reader().IntegerIn(file, 0, 1);
    if (!isolated) return;
    HealthReport report;
    if (*isolated == 0) {
      report.Ok(file);
    } else {
      report.Failed(
          "isolated: more hardware errors an hour than isolate_strategy allows",
          file);
    }
    report.AddTo(reader().facts(), writer_.key());
  }

  const FactIndex& index_;
  const Accelerator& accelerator_;
  AttributeWriter writer_;
};

}  // namespace

void RunUacceProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  for (const std::string& name : reader.Names(std::string(kClass))) {
    const auto accelerator = AddAccelerator(
        reader, index,
        {"uacce", std::string(kClass) + "/" + name, name, "/dev/"});
    if (accelerator) DeviceWriter(reader, index, *accelerator).Run();
  }
}

}  // namespace acceld::probes
