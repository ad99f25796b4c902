#include "probes/nvme_probe.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "probes/accelerator.h"
#include "probes/attribute_writer.h"
#include "probes/driver_traits.h"
#include "probes/driver_version.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/health_report.h"
#include "probes/known_devices.h"
#include "probes/pci_address.h"

namespace acceld::probes {
namespace {

const std::string kControllers = "sys/class/nvme";

// Takes a letter and the digits after it off the front; false where they are
// not there.
bool TakeNumber(std::string_view& text, char letter) {
  if (!text.starts_with(letter)) return false;
  text.remove_prefix(1);
  const std::size_t digits =
      std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(digits);
  return digits > 0;
}

// The block device of a namespace by the name of a path to it: "nvme1n1" of
// "nvme1n1", and of "nvme1c0n1" (one of several paths). Nothing for other names
// ("ng0n1", "hwmon0").
std::optional<std::string> NamespaceOf(std::string_view name) {
  constexpr std::string_view kPrefix = "nvm";
  std::string_view rest = name;
  if (!rest.starts_with(kPrefix)) return std::nullopt;
  rest.remove_prefix(kPrefix.size());
  if (!TakeNumber(rest, 'e')) return std::nullopt;
  std::string found(name.substr(0, name.size() - rest.size()));
  (void)TakeNumber(rest, 'c');
  const std::string_view tail = rest;
  if (!TakeNumber(rest, 'n') || !rest.empty()) return std::nullopt;
  return found.append(tail);
}

// Source: drivers/nvme/host/sysfs.c nvme_sysfs_show_state().
void AddState(const AttributeWriter& writer) {
  const std::string path = writer.Path("state");
  const auto state = writer.reader().Text(path);
  if (!state) return;
  HealthReport health;
  if (*state == "live") {
    health.Ok(path);
  } else if (*state == "new" || *state == "resetting" ||
             *state == "connecting") {
    health.Degraded("state: " + *state, path);
  } else if (*state == "dead" || state->starts_with("deleting")) {
    health.Failed("state: " + Printable(*state), path);
  } else {
    writer.reader().Fault(path, ErrorCode::kCorruptInput, "no known state");
  }
  health.AddTo(writer.reader().facts(), writer.key());
}

// Nothing where the size cannot be believed.
std::optional<Bytes> SizeOf(const FactReader& reader, const std::string& path) {
  constexpr std::int64_t kSector = 512;  // of sysfs, whatever the device's
  const auto sectors = reader.IntegerIn(
      path + "/size", 0, std::numeric_limits<std::int64_t>::max() / kSector);
  if (!sectors) return std::nullopt;
  return Bytes(*sectors * kSector);
}

void AddNamespaces(const AttributeWriter& writer, const std::string& path) {
  const FactReader& reader = writer.reader();
  std::vector<std::string> texts;
  std::int64_t total = 0;
  for (const std::string& name : reader.Names(path)) {
    const auto block = NamespaceOf(name);
    const auto size =
        block ? SizeOf(reader, writer.Path(name)) : std::optional<Bytes>();
    if (!size) continue;
    texts.push_back(*block + " " + ToString(*size));
    if (__builtin_add_overflow(total, size->value(), &total)) {
      return reader.Fault(path, ErrorCode::kCorruptInput,
                          "namespaces of an impossible size");
    }
  }
  if (texts.empty()) return;
  writer.Add("namespaces", std::move(texts), FromKernel(path));
  writer.Add(attr::kCapacity, Bytes(total), FromKernel(path));
}

// Of a file that says the same for as long as the controller is there.
void CopyConstant(const AttributeWriter& writer, std::string_view file,
                  std::string_view name) {
  const auto text = writer.reader().SharedText(writer.Path(file));
  if (text && !text->empty()) writer.AddFrom(file, name, Printable(*text));
}

// The function as the io-device probe found it.
std::optional<PciAddress> FunctionOf(const FactIndex& index,
                                     const std::string& key) {
  const Attribute* address = index.Get(key, attr::kAddress);
  return address == nullptr ? std::nullopt
                            : ParsePciAddress(ToText(address->value));
}

void AddController(const FactReader& reader, const std::string& key,
                   const std::string& path) {
  const AttributeWriter writer(reader, key, path);
  AddFirmwareVersion(reader, key, writer.Path("firmware_rev"));
  CopyConstant(writer, "model", "model");
  CopyConstant(writer, "transport", "transport");
  CopyConstant(writer, "cntrltype", "controller_type");
  AddState(writer);
  AddNamespaces(writer, path);
  AddTraits(reader, Accelerator{key, path, path + "/device", {}, {}},
            NvmeBlock());
  writer.Add(
      "grant_note",
      std::string("block devices are opened by path, by whom the "
                  "system lets"),
      {Evidence::kComputed, "driver table (probes/driver_traits.cc): nvme"});
}

}  // namespace

void RunNvmeProbe(const SysRoot& root, FactSet& facts) {
  std::unique_ptr<ProbeMemory> memory;
  (void)RerunNvmeProbe(root, Changes::Everything(), memory, facts);
}

bool RerunNvmeProbe(const SysRoot& root, const Changes& changes,
                    std::unique_ptr<ProbeMemory>& memory, FactSet& facts) {
  if (memory == nullptr) memory = std::make_unique<KnownDevices>();
  auto& known = static_cast<KnownDevices&>(*memory);  // made here, above
  known.Forget(changes, "nvme");
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  for (const std::string& name : known.NamesIn(reader, kControllers)) {
    const std::string key = "storage:" + name;
    if (!index.KindOf(key)) continue;
    const std::string path = kControllers + "/" + name;
    known.functions.try_emplace(path, FunctionOf(index, key));
    const SysRoot near = root.Near(path);
    AddController(FactReader(near, facts, known.files), key, path);
  }
  return true;
}

}  // namespace acceld::probes
