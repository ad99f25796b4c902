#include "probes/nvidia_mig.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probes/accelerator.h"
#include "probes/driver_traits.h"

namespace acceld::probes {
namespace {

constexpr const char* kMinors = "proc/driver/nvidia-caps/mig-minors";

// X of "giX", Y of "ciY"; nothing for other names. NVIDIA has at most 15
// instances of a GPU and 8 compute instances of one.
std::optional<int> NumberAfter(std::string_view prefix, std::string_view name) {
  constexpr std::int64_t kMost = 64;
  if (!name.starts_with(prefix)) return std::nullopt;
  const auto number = ParseInteger(name.substr(prefix.size()));
  if (!number || *number < 0 || *number >= kMost ||
      std::string(prefix) + std::to_string(*number) != name) {
    return std::nullopt;
  }
  return static_cast<int>(*number);
}

std::vector<int> Numbers(const FactReader& reader, const std::string& path,
                         std::string_view prefix) {
  std::vector<int> numbers;
  for (const std::string& name : reader.Names(path)) {
    if (const auto number = NumberAfter(prefix, name)) {
      numbers.push_back(*number);
    }
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

// "gpu0/gi1/access" -> 12. The table has a line for all that could be: far more
// than one attribute's length.
std::map<std::string, std::int64_t, std::less<>> ReadMinors(
    const FactReader& reader) {
  std::map<std::string, std::int64_t, std::less<>> minors;
  const auto text = reader.root().ReadFile(kMinors);
  if (!text) {
    if (text.error().code != ErrorCode::kNotFound) {
      reader.Fault(kMinors, text.error().code, text.error().message);
    }
    return minors;
  }
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t size = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, size);
    rest.remove_prefix(std::min(size + 1, rest.size()));
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) continue;
    const auto minor = ParseInteger(line.substr(space + 1));
    // Linux has 20 bits for a minor.
    if (minor && *minor >= 0 && *minor < (1 << 20)) {
      minors.emplace(line.substr(0, space), *minor);
    }
  }
  return minors;
}

class Adder {
 public:
  Adder(const FactReader& reader, int minor)
      : reader_(reader),
        gpu_("gpu" + std::to_string(minor)),
        device_("nvidia" + std::to_string(minor)),
        minors_(ReadMinors(reader)) {}

  void AddInstance(const std::string& directory, int number) const {
    const std::string instance = "gi" + std::to_string(number);
    const std::string path = directory + "/" + instance;
    const auto key = AddEngine(reader_, "accelerator:" + device_,
                               device_ + "-" + instance, path);
    if (!key) return;
    FactSet& facts = reader_.facts();
    std::vector<std::string> nodes;
    AddNode(gpu_ + "/" + instance + "/access", nodes);
    std::vector<std::string> computes;
    for (const int compute : Numbers(reader_, path, "ci")) {
      computes.push_back(std::to_string(compute));
      AddNode(gpu_ + "/" + instance + "/ci" + computes.back() + "/access",
              nodes);
    }
    if (!nodes.empty()) {
      facts.AddAttribute(*key, "capability_nodes", std::move(nodes),
                         FromKernel(kMinors));
    }
    // Nothing runs on an instance without a compute instance.
    if (computes.empty()) return;
    facts.AddAttribute(*key, "compute_instances", std::move(computes),
                       FromKernel(path));
    const auto functions = MigFunctions();
    facts.AddAttribute(
        *key, attr::kFunctions,
        std::vector<std::string>(functions.begin(), functions.end()),
        {Evidence::kComputed,
         "driver table (probes/driver_traits.cc): MIG instance"});
  }

 private:
  void AddNode(const std::string& name, std::vector<std::string>& nodes) const {
    const auto minor = minors_.find(name);
    if (minor == minors_.end()) return;
    nodes.push_back("/dev/nvidia-caps/nvidia-cap" +
                    std::to_string(minor->second));
  }

  const FactReader& reader_;
  std::string gpu_;
  std::string device_;
  std::map<std::string, std::int64_t, std::less<>> minors_;
};

}  // namespace

bool AddMigInstances(const FactReader& reader, int minor) {
  const std::string directory =
      "proc/driver/nvidia/capabilities/gpu" + std::to_string(minor) + "/mig";
  const std::vector<int> instances = Numbers(reader, directory, "gi");
  if (instances.empty()) return false;
  const Adder adder(reader, minor);
  for (const int instance : instances) adder.AddInstance(directory, instance);
  return true;
}

}  // namespace acceld::probes
