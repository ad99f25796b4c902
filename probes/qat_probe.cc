#include "probes/qat_probe.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "probes/accelerator.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/pci_identity.h"
#include "probes/qat.h"

namespace acceld::probes {
namespace {

class QatWriter {
 public:
  QatWriter(const FactReader& reader, const Accelerator& accelerator,
            const QatModel& model)
      : reader_(reader), accelerator_(accelerator), model_(model) {}

  void Run() const {
    const Provenance rule{
        Evidence::kComputed,
        "QAT (probes/qat.h): programs use its virtual functions"};
    Add(attr::kGrant, std::string("none"), rule);
    Add("model", std::string(model_.name),
        {Evidence::kComputed, "device id (probes/qat.cc)"});
    AddServices();
    if (const auto rings = reader_.IntegerIn(Path("num_rps"), 0, 0xffff)) {
      Add("qat_ring_pairs", *rings, FromKernel(Path("num_rps")));
    }
    AddSwitch("qat_pm_idle", Path("pm_idle_enabled"));
    AddSwitch("qat_auto_reset", Path("auto_reset"));
    if (reader_.root().Exists(accelerator_.device_path + "/qat_rl")) {
      Add("qat_rate_limits", true,
          FromKernel(accelerator_.device_path + "/qat_rl"));
    }
    ReadQatHealth(reader_, accelerator_.device_path)
        .AddTo(reader_.facts(), accelerator_.key);
  }

 private:
  [[nodiscard]] std::string Path(std::string_view file) const {
    return accelerator_.device_path + "/qat/" + std::string(file);
  }
  void Add(std::string_view name, AttributeValue value, Provenance from) const {
    reader_.facts().AddAttribute(accelerator_.key, name, std::move(value),
                                 std::move(from));
  }

  void AddServices() const {
    auto services = ReadQatServices(reader_, model_, accelerator_.device_path);
    if (!services) return;
    Add("qat_services", *std::move(services),
        model_.is_configurable
            ? FromKernel(Path("cfg_services"))
            : Provenance{Evidence::kComputed,
                         "the model does all (probes/qat.cc)"});
  }

  // "1", "0" or, as kstrtobool takes and str_on_off gives them, words.
  void AddSwitch(std::string_view name, const std::string& path) const {
    const auto text = reader_.Text(path);
    if (!text) return;
    if (*text == "1" || *text == "on") {
      Add(name, true, FromKernel(path));
    } else if (*text == "0" || *text == "off") {
      Add(name, false, FromKernel(path));
    } else {
      reader_.Fault(path, ErrorCode::kCorruptInput,
                    "'" + Printable(*text, 40) + "' is neither on nor off");
    }
  }

  const FactReader& reader_;
  const Accelerator& accelerator_;
  const QatModel& model_;
};

}  // namespace

void RunQatProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  for (const std::string& key : index.pci_keys()) {
    const PciIdentity identity = IdentityOf(index, key);
    const QatModel* model = FindQatPhysical(identity.vendor, identity.device);
    // One that a VFIO driver holds is no QAT device to the kernel.
    if (model == nullptr || IsVfioDriver(identity.driver)) continue;
    const std::string address = AddressOfKey(key);
    const std::string path = "sys/bus/pci/devices/" + address;
    const auto accelerator = AddAccelerator(
        reader, index, {"qat", path, "qat-" + address, "", path});
    if (accelerator) QatWriter(reader, *accelerator, *model).Run();
  }
}

}  // namespace acceld::probes
