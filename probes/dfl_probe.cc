#include "probes/dfl_probe.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probes/accelerator.h"
#include "probes/dfl_health.h"
#include "probes/driver_version.h"
#include "probes/fact_index.h"
#include "probes/fact_reader.h"
#include "probes/fpga.h"
#include "probes/health_report.h"
#include "probes/uuid.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kBus = "sys/bus/platform/devices";
constexpr std::string_view kFme = "dfl-fme.";
constexpr std::string_view kPort = "dfl-port.";
constexpr std::int64_t kMostPorts = 255;

// What the ports of one card share.
struct Card {
  std::string key;  // of its management engine; empty: it is not there
  HealthReport health;
  std::optional<Attribute> bitstream_id;
  std::optional<Attribute> compat_id;
  std::optional<std::int64_t> ports;  // that the card has
  std::string ports_file;
  std::int64_t ports_seen = 0;
};

bool IsNumbered(std::string_view name, std::string_view prefix) {
  const std::string_view digits =
      name.substr(std::min(prefix.size(), name.size()));
  return name.starts_with(prefix) && !digits.empty() &&
         std::all_of(digits.begin(), digits.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

class DflProbe {
 public:
  DflProbe(const FactReader& reader, const FactIndex& index)
      : reader_(reader), index_(index) {}

  void Run() {
    const auto names = reader_.Names(std::string(kBus));
    for (const std::string& name : names) {
      if (IsNumbered(name, kFme)) AddEngineOfCard(name);
    }
    for (const std::string& name : names) {
      if (IsNumbered(name, kPort)) AddPort(name);
    }
    for (const auto& [place, card] : cards_) AddReleased(card);
  }

 private:
  void Add(const std::string& key, std::string_view name, AttributeValue value,
           Provenance from) const {
    reader_.facts().AddAttribute(key, name, std::move(value), std::move(from));
  }
  void Add(const std::string& key, const Attribute& attribute) const {
    Add(key, attribute.name, attribute.value, attribute.from);
  }

  // The accelerator, and the card it is part of: both hang below the region
  // that holds the card. Nothing, with a fault, where the entry dangles.
  std::optional<std::pair<Accelerator, std::string>> Make(
      const std::string& name) const {
    const std::string path = std::string(kBus) + "/" + name;
    auto made =
        AddAccelerator(reader_, index_, {"dfl", path, name, "/dev/", path});
    const auto real = made ? reader_.Canonical(path) : std::nullopt;
    if (!real) return std::nullopt;
    return std::pair(*std::move(made), real->substr(0, real->rfind('/')));
  }

  void AddEngineOfCard(const std::string& name) {
    const auto made = Make(name);
    if (!made) return;
    const auto& [engine, place] = *made;
    Add(engine.key, attr::kGrant, std::string("none"),
        {Evidence::kComputed,
         "DFL (probes/dfl_probe.h): it programs the whole card"});
    Card& card = cards_[place];
    card.key = engine.key;
    const std::string& path = engine.class_path;
    AddFirmwareVersion(reader_, engine.key, path + "/bitstream_id");
    if (const auto id = ReadDflRegister(reader_, path + "/bitstream_id")) {
      card.bitstream_id = Attribute{"bitstream_id", RegisterText(*id),
                                    FromKernel(path + "/bitstream_id")};
      Add(engine.key, *card.bitstream_id);
    }
    for (const auto& [file, attribute] :
         {std::pair("fabric_version", "fabric_version"),
          std::pair("socket_id", "fpga_socket")}) {
      const std::string from = path + "/" + file;
      if (const auto number = reader_.IntegerIn(from, 0, 0xffff)) {
        Add(engine.key, attribute, *number, FromKernel(from));
      }
    }
    card.ports_file = path + "/ports_num";
    card.ports = reader_.IntegerIn(card.ports_file, 0, kMostPorts);
    if (card.ports) {
      Add(engine.key, "fpga_ports", *card.ports, FromKernel(card.ports_file));
    }
    card.health = ReadDflEngineHealth(reader_, path);
    ReadCore(path, card);
    card.health.AddTo(reader_.facts(), engine.key);
  }

  // The managers and regions that the FPGA core has below the engine.
  void ReadCore(const std::string& path, Card& card) const {
    const auto real = reader_.Canonical(path);
    if (!real) return;
    const std::string below = *real + "/";
    for (const FpgaDevice& manager : ReadFpgaClass(reader_, "fpga_manager")) {
      if (!manager.real.starts_with(below)) continue;
      card.health.Include(ReadFpgaManager(reader_, manager.path), manager.name);
    }
    std::set<std::string> ids;
    std::string source;
    for (const FpgaDevice& region : ReadFpgaClass(reader_, "fpga_region")) {
      if (!region.real.starts_with(below)) continue;
      std::string id = ReadCompatId(reader_, region.path);
      if (id.empty()) continue;
      ids.insert(std::move(id));
      source = region.path + "/compat_id";
    }
    // One for all regions, or which port's it is would not be known.
    if (ids.size() != 1) return;
    card.compat_id = Attribute{"compat_id", *ids.begin(), FromKernel(source)};
    Add(card.key, *card.compat_id);
  }

  void AddPort(const std::string& name) {
    const auto made = Make(name);
    if (!made) return;
    const auto& [port, place] = *made;
    const Provenance rule{Evidence::kComputed,
                          "DFL (probes/dfl_probe.h): an AFU has one state"};
    Add(port.key, attr::kGrant, std::string("fd"), rule);
    Add(port.key, attr::kSharing, std::string("single-user"), rule);
    Add(port.key, attr::kInstances, std::int64_t{1}, rule);
    Add(port.key, attr::kSva, std::string("no"), rule);
    Add(port.key, attr::kSvaReasons,
        std::vector<std::string>{
            "the driver binds no address space: the client pins "
            "memory for the AFU"},
        rule);
    const std::string& path = port.class_path;
    if (const auto id = reader_.IntegerIn(path + "/id", 0, kMostPorts)) {
      Add(port.key, "fpga_port", *id, FromKernel(path + "/id"));
    }
    AddFunction(port.key, path + "/afu_id");
    Card& card = cards_[place];
    ++card.ports_seen;
    if (card.bitstream_id) Add(port.key, *card.bitstream_id);
    if (card.compat_id) Add(port.key, *card.compat_id);
    HealthReport health = ReadDflPortHealth(reader_, path);
    health.Include(card.health, "its card");
    health.AddTo(reader_.facts(), port.key);
  }

  // EBUSY, a fault, while the port is held in reset.
  void AddFunction(const std::string& key, const std::string& file) const {
    const auto text = reader_.Text(file);
    if (!text) return;
    const auto uuid = ParseUuid(*text);
    if (!uuid) {
      reader_.Fault(file, ErrorCode::kCorruptInput, "no 32 digits");
    } else if (!IsBlankUuid(*uuid)) {
      Add(key, attr::kFunctions, std::vector<std::string>{"fpga/" + *uuid},
          FromKernel(file));
    }
  }

  void AddReleased(const Card& card) const {
    if (card.key.empty() || !card.ports) return;
    const std::int64_t released = *card.ports - card.ports_seen;
    if (released < 0) {
      reader_.Fault(card.ports_file, ErrorCode::kCorruptInput,
                    std::to_string(card.ports_seen) + " ports are there");
      return;
    }
    if (released == 0) return;
    Add(card.key, "fpga_ports_released", released,
        {Evidence::kComputed, "/" + card.ports_file + " less the ports seen"});
  }

  const FactReader& reader_;
  const FactIndex& index_;
  std::map<std::string, Card> cards_;  // by the directory that holds the card
};

}  // namespace

void RunDflProbe(const SysRoot& root, FactSet& facts) {
  const FactReader reader(root, facts);
  const FactIndex index(facts);
  DflProbe(reader, index).Run();
}

}  // namespace acceld::probes
