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
#include "probes/driver_traits.h"
#include "probes/driver_version.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"

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

class ControllerWriter {
 public:
  ControllerWriter(const FactReader& reader, std::string key, std::string path)
      : reader_(reader), key_(std::move(key)), path_(std::move(path)) {}

  void Run() const {
    AddText("model", "model");
    AddFirmwareVersion(reader_, key_, path_ + "/firmware_rev");
    AddText("transport", "transport");
    AddText("controller_type", "cntrltype");
    AddHealth();
    AddNamespaces();
    AddTraits(reader_, Accelerator{key_, path_, path_ + "/device", {}, {}},
              NvmeBlock());
    reader_.facts().AddAttribute(
        key_, "grant_note",
        std::string("block devices are opened by path, by whom the system "
                    "lets"),
        {Evidence::kComputed, "driver table (probes/driver_traits.cc): nvme"});
  }

 private:
  void Add(std::string_view name, AttributeValue value,
           const std::string& where) const {
    reader_.facts().AddAttribute(key_, name, std::move(value),
                                 FromKernel(where));
  }
  void AddText(std::string_view name, const std::string& file) const {
    const std::string path = path_ + "/" + file;
    const auto text = reader_.Text(path);
    if (text && !text->empty()) Add(name, Printable(*text), path);
  }

  // Source: drivers/nvme/host/sysfs.c nvme_sysfs_show_state().
  void AddHealth() const {
    const std::string path = path_ + "/state";
    const auto state = reader_.Text(path);
    if (!state) return;
    std::string health = "failed";  // "deleting", "deleting (no IO)", "dead"
    if (*state == "live") {
      health = "ok";
    } else if (*state == "new" || *state == "resetting" ||
               *state == "connecting") {
      health = "degraded";
    } else if (*state != "dead" && !state->starts_with("deleting")) {
      return reader_.Fault(path, ErrorCode::kCorruptInput, "no known state");
    }
    const bool is_ok = health == "ok";
    Add(attr::kHealth, std::move(health), path);
    if (!is_ok) Add(attr::kHealthReason, "state: " + *state, path);
  }

  // Nothing where the size cannot be believed.
  std::optional<Bytes> SizeOf(const std::string& path) const {
    constexpr std::int64_t kSector = 512;  // of sysfs, whatever the device's
    const auto sectors = reader_.IntegerIn(
        path + "/size", 0, std::numeric_limits<std::int64_t>::max() / kSector);
    if (!sectors) return std::nullopt;
    return Bytes(*sectors * kSector);
  }

  void AddNamespaces() const {
    std::vector<std::string> texts;
    std::int64_t total = 0;
    for (const std::string& name : reader_.Names(path_)) {
      const auto block = NamespaceOf(name);
      const auto size =
          block ? SizeOf(path_ + "/" + name) : std::optional<Bytes>();
      if (!size) continue;
      texts.push_back(*block + " " + ToString(*size));
      if (__builtin_add_overflow(total, size->value(), &total)) {
        return reader_.Fault(path_, ErrorCode::kCorruptInput,
                             "namespaces of an impossible size");
      }
    }
    if (texts.empty()) return;
    Add("namespaces", std::move(texts), path_);
    Add(attr::kCapacity, Bytes(total), path_);
  }

  const FactReader& reader_;
  std::string key_;
  std::string path_;
};

}  // namespace

void RunNvmeProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  for (const std::string& name : reader.Names(kControllers)) {
    const std::string key = "storage:" + name;
    if (!index.KindOf(key)) continue;
    ControllerWriter(reader, key, kControllers + "/" + name).Run();
  }
}

}  // namespace acceld::probes
