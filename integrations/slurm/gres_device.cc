#include "integrations/slurm/gres_device.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "integrations/slurm/gres_cores.h"
#include "integrations/slurm/gres_names.h"

namespace acceld::slurm {
namespace {

constexpr std::string_view kAttributeNode = "node";

// "GA100 [A100 SXM4 80GB]": what is for sale stands in brackets.
std::string InBrackets(const std::string& name) {
  const auto open = name.rfind('[');
  const auto close = name.rfind(']');
  if (open == std::string::npos || close == std::string::npos || close < open) {
    return name;
  }
  return name.substr(open + 1, close - open - 1);
}

std::string IdsOf(const Vertex& vertex) {
  const std::string vendor = vertex.Text("vendor");
  return vendor.empty() ? "" : vendor + "-" + vertex.Text("device");
}

// A name for people without the number that tells it from others of its model:
// "ConnectX-7 0" of nic:mlx5_0 is a "ConnectX-7".
std::string WithoutNumber(const Vertex& vertex) {
  std::string name = vertex.Text("name");
  const auto blank = name.rfind(' ');
  if (blank == std::string::npos) return name;
  const std::string number = name.substr(blank + 1);
  const bool is_its_own =
      !number.empty() &&
      number.find_first_not_of("0123456789") == std::string::npos &&
      vertex.key.ends_with(number);
  if (is_its_own) name.resize(blank);
  return name;
}

// The model: what the driver calls it, what the PCI database does, its ids, its
// name, or at last the driver or the framework.
std::string TypeOf(const Vertex& device, const Vertex* function) {
  // Software has no model, and a name that says where it runs.
  if (device.Text("framework") == "soft") return "soft";
  std::vector<std::string> texts{device.Text("model")};
  if (function != nullptr) {
    texts.push_back(InBrackets(function->Text("name")));
    texts.push_back(IdsOf(*function));
  }
  texts.push_back(IdsOf(device));
  texts.push_back(WithoutNumber(device));
  texts.push_back(device.Text("driver"));
  texts.push_back(device.Text("framework"));
  for (const std::string& text : texts) {
    std::string type = GresTypeFrom(text);
    if (!type.empty()) return type;
  }
  return "device";
}

void SetFiles(const Vertex& unit, const Vertex& device,
              const std::string& grant, GresDevice& found) {
  if (grant == "ticket") {
    found.why_no_file = "opened by tickets, which have no path";
    return;
  }
  std::vector<std::string> files = unit.Texts("capability_nodes");
  std::string node = unit.Text(kAttributeNode);
  // An instance of a GPU is opened with the GPU's own node.
  if (node.empty() && !files.empty()) node = device.Text(kAttributeNode);
  if (!node.empty()) files.insert(files.begin(), std::move(node));
  if (files.empty()) {
    found.why_no_file = "no device node";
  } else if (!std::all_of(files.begin(), files.end(), IsGresFile)) {
    found.why_no_file = "a path that Slurm would misread";
  } else {
    found.files = std::move(files);
  }
}

bool IsOffered(const Vertex& vertex) {
  return vertex.Integer("instances").value_or(1) > 0 &&
         vertex.Text("not_offered").empty();
}

class Finder {
 public:
  explicit Finder(const Machine& machine) : machine_(machine), cores_(machine) {
    for (const auto& [key, vertex] : machine.vertices()) {
      if (vertex.kind != "engine") continue;
      engines_[machine.Follow(key, "engine-of")].push_back(&vertex);
    }
  }

  std::vector<GresDevice> All() {
    for (const auto& [key, vertex] : machine_.vertices()) {
      if (vertex.kind == "accelerator" || vertex.kind == "nic" ||
          vertex.kind == "storage") {
        AddDevice(vertex);
      }
    }
    return std::move(found_);
  }

 private:
  void AddDevice(const Vertex& device) {
    const auto engines = engines_.find(device.key);
    if (engines == engines_.end()) {
      AddUnit(device, device);
      return;
    }
    for (const Vertex* engine : engines->second) AddUnit(*engine, device);
  }

  void AddUnit(const Vertex& unit, const Vertex& device) {
    const auto functions = Either<std::vector<std::string>>(
        unit.Texts("functions"), device.Texts("functions"));
    const auto grant =
        Either<std::string>(unit.Text("grant"), device.Text("grant"));
    if (functions.empty() || grant.empty() || grant == "none") return;
    if (!IsOffered(unit)) return;
    GresDevice one;
    one.function = FunctionOf(device);
    const Vertex* function = machine_.Find(one.function);
    one.name = GresNameOf(functions);
    one.type = TypeOf(device, function);
    SetFiles(unit, device, grant, one);
    one.cores = cores_.Near(device, function);
    one.key = unit.key;
    one.device = device.key;
    found_.push_back(std::move(one));
  }

  [[nodiscard]] std::string FunctionOf(const Vertex& device) const {
    std::string key = machine_.Follow(device.key, "accelerator-of");
    // NICs and storage are told by their address.
    if (key.empty()) key = "pci:" + device.Text("address");
    return machine_.Find(key) == nullptr ? std::string() : key;
  }

  template <typename T>
  static T Either(T mine, T of_the_device) {
    return mine.empty() ? of_the_device : mine;
  }

  const Machine& machine_;
  const GresCores cores_;
  std::map<std::string, std::vector<const Vertex*>, std::less<>> engines_;
  std::vector<GresDevice> found_;
};

// Two frameworks that drive one function offer the same hardware.
void KeepOneFramework(const Machine& machine,
                      std::vector<GresDevice>& devices) {
  using Place = std::pair<std::string, std::string>;  // name, function
  const auto framework = [&](const GresDevice& device) {
    const Vertex* vertex = machine.Find(device.device);
    return std::pair(device.files.empty(), vertex->Text("framework"));
  };
  std::map<Place, std::pair<bool, std::string>> best;
  for (const GresDevice& device : devices) {
    if (device.function.empty()) continue;
    const auto mine = framework(device);
    const auto [place, is_new] =
        best.try_emplace({device.name, device.function}, mine);
    if (!is_new) place->second = std::min(place->second, mine);
  }
  std::erase_if(devices, [&](const GresDevice& device) {
    return !device.function.empty() &&
           best.at({device.name, device.function}).second !=
               framework(device).second;
  });
}

// Slurm wants a File of all devices of a name, or of none; of gpu, always.
void AgreeOnFiles(std::vector<GresDevice>& devices) {
  std::map<std::string, std::string> without;  // name -> why
  for (GresDevice& device : devices) {
    if (!device.files.empty()) continue;
    if (device.name == "gpu") device.name = "accel";
    without.try_emplace(device.name, device.why_no_file);
  }
  for (GresDevice& device : devices) {
    const auto found = without.find(device.name);
    if (found == without.end() || device.files.empty()) continue;
    device.files.clear();
    device.why_no_file = "another " + device.name + ": " + found->second;
  }
}

}  // namespace

std::vector<GresDevice> FindGresDevices(const Machine& machine) {
  std::vector<GresDevice> devices = Finder(machine).All();
  KeepOneFramework(machine, devices);
  AgreeOnFiles(devices);
  std::sort(devices.begin(), devices.end(),
            [](const GresDevice& a, const GresDevice& b) {
              return std::tie(a.name, a.function, a.key) <
                     std::tie(b.name, b.function, b.key);
            });
  return devices;
}

}  // namespace acceld::slurm
